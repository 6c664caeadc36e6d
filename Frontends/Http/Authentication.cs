using Granary.Accounts;
using Microsoft.AspNetCore.Http;

namespace Granary.Frontends.Http;

/// <summary>Turns the <c>Authorization</c> header into a caller.</summary>
internal static class Authentication
{
    public static ValueTask<AuthenticationResult> AuthenticateAsync(HttpContext context, IAuthenticator authenticator)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0) return ValueTask.FromResult(new AuthenticationResult(AuthenticationStatus.Ok, Caller.Anonymous));

        // Two logins in one request would make it a matter of luck which one counts.
        if (header.Count > 1 || !LoginCredentials.TryParse(header[0]!, out var credentials)) return ValueTask.FromResult(AuthenticationResult.Failed);
        var address = context.Connection.RemoteIpAddress;
        return credentials.UserName is { } user
            ? authenticator.AuthenticateAsync(user, credentials.Secret, address, context.RequestAborted)
            : authenticator.AuthenticateTokenAsync(credentials.Secret, address, context.RequestAborted);
    }
}
