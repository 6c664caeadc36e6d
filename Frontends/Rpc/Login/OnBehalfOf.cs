using System.Collections.Frozen;
using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Login;

/// <summary>
/// The metadata <c>on-behalf-of</c>: a trusted login, such as a web server's, makes a call with the rights of the user that it names. It
/// never gets more than its own scope, and nothing is asked of the user but to exist and to be enabled.
/// </summary>
internal sealed partial class OnBehalfOf(IAuthenticator authenticator, IOptions<RpcOptions> options, ILogger<OnBehalfOf> logger)
{
    public const string Header = "on-behalf-of";

    private readonly FrozenSet<string> _trusted = options.Value.TrustedUsers.Select(static name => UserName.Parse(name).Key).ToFrozenSet();

    /// <summary>A call without a login cannot be anybody's.</summary>
    /// <exception cref="LoginRefusedException">It says that it is.</exception>
    public static void RequireNone(IHeaderDictionary headers)
    {
        if (headers.ContainsKey(Header)) throw new LoginRefusedException("A call on behalf of a user needs the login of a trusted one.") { IsMissing = true };
    }

    /// <returns>Whose rights the call has: <paramref name="proved"/> when it names nobody else.</returns>
    /// <exception cref="RefusedException">The login may not act for others, or not for that one.</exception>
    public async ValueTask<Caller> ApplyAsync(Caller proved, IHeaderDictionary headers, string method, CancellationToken cancellationToken)
    {
        if (!headers.TryGetValue(Header, out var named)) return proved;
        if (proved.User is not { } trusted || !_trusted.Contains(trusted.Key)) throw Denied("This login may not make calls on behalf of others.");
        if (named.Count != 1) throw Arguments.Invalid("A call is on behalf of one user.", Header);
        if (!UserName.TryParse(named[0] ?? "", out var user, out var fault)) throw Arguments.Invalid(fault, Header);
        var result = await authenticator.ActForAsync(user, proved, cancellationToken);
        if (result is not { Status: AuthenticationStatus.Ok, Caller: { } caller })
            throw Denied($"There is no user '{user}' to make calls on behalf of, or the user is disabled.");
        if (caller.IsAdministrator && !options.Value.ActForAdministrators)
            throw Denied($"Calls on behalf of administrators of the server are not allowed ({RpcOptions.SectionName}:{nameof(RpcOptions.ActForAdministrators)}).");
        LogActs(trusted.Value, user.Value, method);
        return caller;
    }

    private static RefusedException Denied(string message) => new(new Refusal(RefusalKind.PermissionDenied, message));
}
