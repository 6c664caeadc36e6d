using Granary.Accounts;
using Microsoft.AspNetCore.Http;

namespace Granary.Frontends.Rpc.Login;

/// <summary>The one place where calls are authenticated, over gRPC, as JSON or as a plain download alike.</summary>
internal sealed class CallLogin(IAuthenticator authenticator, OnBehalfOf onBehalfOf, CurrentCaller current)
{
    /// <summary>Finds out whose call it is: <see cref="CurrentCaller"/>.</summary>
    /// <param name="http">The request.</param>
    /// <param name="method">The call, by its gRPC path.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="LoginRefusedException">The login is wrong, or missing where one is needed.</exception>
    /// <exception cref="Errors.RefusedException">The login may not act for whom it names.</exception>
    public async Task LogInAsync(HttpContext http, string method, CancellationToken cancellationToken)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            OnBehalfOf.RequireNone(http.Request.Headers);
            if (!CallCatalog.AllowsAnonymous(method)) throw new LoginRefusedException("This call needs a login.") { IsMissing = true };
            return;
        }

        // Two logins in one request would make it a matter of luck which one counts.
        if (header.Count > 1 || !LoginCredentials.TryParse(header[0]!, out var credentials))
            throw new LoginRefusedException("The authorization of this call is not 'Basic' or 'Bearer' in a form that can be read.");

        var address = http.Connection.RemoteIpAddress;
        var result = credentials.UserName is { } user
            ? await authenticator.AuthenticateAsync(user, credentials.Secret, address, cancellationToken)
            : await authenticator.AuthenticateTokenAsync(credentials.Secret, address, cancellationToken);
        current.Caller = result switch
        {
            { Status: AuthenticationStatus.Ok, Caller: { } caller } => caller,
            { Status: AuthenticationStatus.TooManyAttempts } =>
                throw new LoginRefusedException("Too many failed logins; please wait before the next one.", result.RetryAfter),
            _ => throw new LoginRefusedException("The login failed: wrong user name, password or token, or it is no longer valid."),
        };
        current.Caller = await onBehalfOf.ApplyAsync(current.Caller, http.Request.Headers, method, cancellationToken);
    }
}
