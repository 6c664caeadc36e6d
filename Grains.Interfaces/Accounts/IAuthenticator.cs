using System.Net;

namespace Granary.Accounts;

public enum AuthenticationStatus
{
    Ok = 0,

    /// <summary>Unknown user, wrong secret, disabled user or expired token: one answer for all.</summary>
    Failed = 1,

    /// <summary>Too many failures for this user or address; see <see cref="AuthenticationResult.RetryAfter"/>.</summary>
    TooManyAttempts = 2,
}

/// <summary>The result of a login.</summary>
public sealed record AuthenticationResult(AuthenticationStatus Status, Caller? Caller, TimeSpan RetryAfter = default)
{
    public static AuthenticationResult Failed { get; } = new(AuthenticationStatus.Failed, null);
}

/// <summary>
/// Turns the secrets of a request into a <see cref="Caller"/>. A password that was verified is remembered for minutes (as
/// a keyed digest), but every call still asks the user's grain whether it changed or the user was disabled.
/// </summary>
public interface IAuthenticator
{
    /// <summary>HTTP Basic, and user and password over gRPC; the password may be an access token of that user.</summary>
    ValueTask<AuthenticationResult> AuthenticateAsync(string userName, string secret, IPAddress? address, CancellationToken cancellationToken);

    /// <summary>A bearer token.</summary>
    ValueTask<AuthenticationResult> AuthenticateTokenAsync(string token, IPAddress? address, CancellationToken cancellationToken);

    /// <summary>
    /// A user for whom somebody else makes a call; whether that one may must be known already. The scope is that of the login that was
    /// given. A user that is not there or is disabled is <see cref="AuthenticationStatus.Failed"/>.
    /// </summary>
    /// <param name="user">Whose rights the call gets.</param>
    /// <param name="proved">Who logged in.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<AuthenticationResult> ActForAsync(UserName user, Caller proved, CancellationToken cancellationToken);

    /// <summary>
    /// Whether an SSH key is anybody's, which is to say whether its signature is worth asking for. Nothing is proved by it. An
    /// address that offers many unknown keys is answered ever more slowly.
    /// </summary>
    /// <param name="fingerprint"><c>SHA256:</c> and unpadded base64.</param>
    /// <param name="address">The client's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<bool> IsKnownKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken);

    /// <summary>
    /// An SSH key whose signature was verified: the caller may be a deploy key's. Asked at the login and again at each command
    /// of the connection, so that what was revoked before is refused after.
    /// </summary>
    /// <param name="fingerprint"><c>SHA256:</c> and unpadded base64.</param>
    /// <param name="address">The client's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<AuthenticationResult> AuthenticateKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken);
}
