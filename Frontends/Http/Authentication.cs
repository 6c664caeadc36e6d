using System.Text;
using Granary.Accounts;
using Microsoft.AspNetCore.Http;

namespace Granary.Frontends.Http;

/// <summary>Turns the <c>Authorization</c> header (RFC 7617 Basic, RFC 6750 Bearer) into a caller.</summary>
internal static class Authentication
{
    public static ValueTask<AuthenticationResult> AuthenticateAsync(HttpContext context, IAuthenticator authenticator)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return ValueTask.FromResult(new AuthenticationResult(AuthenticationStatus.Ok, Caller.Anonymous));
        var address = context.Connection.RemoteIpAddress;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return authenticator.AuthenticateTokenAsync(header["Bearer ".Length..].Trim(), address, context.RequestAborted);
        return TryReadBasic(header, out var user, out var secret)
            ? authenticator.AuthenticateAsync(user, secret, address, context.RequestAborted)
            : ValueTask.FromResult(AuthenticationResult.Failed);
    }

    private static bool TryReadBasic(string header, out string user, out string secret)
    {
        user = secret = "";
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return false;
        var encoded = header.AsSpan()["Basic ".Length..].Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length)) return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return false;
        user = text[..colon];
        secret = text[(colon + 1)..];
        return true;
    }
}
