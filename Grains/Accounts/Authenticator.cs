using System.Net;
using Granary.Accounts;

namespace Granary.Grains.Accounts;

/// <summary>The logins of a silo. What a secret is right for is remembered; whether that still holds is asked each time.</summary>
internal sealed class Authenticator(
    IGrainFactory grains, PasswordLogins passwords, KeyLogins keys, LoginThrottle throttle, RememberedLogins remembered) : IAuthenticator
{
    private const int MaxUserNameLength = UserName.MaxLength;

    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        string userName, string secret, IPAddress? address, CancellationToken cancellationToken)
    {
        // Nothing that a user could have: refused before it costs anything.
        if (userName.Length is 0 or > MaxUserNameLength) return AuthenticationResult.Failed;
        if (secret.Length is 0 or > IPasswordHasher.MaxPasswordLength) return AuthenticationResult.Failed;
        if (!UserName.TryParse(userName, out var name, out _))
        {
            throttle.Failed(LoginThrottle.AddressKey(address));
            return AuthenticationResult.Failed;
        }

        return AccessToken.IsToken(secret)
            ? await AuthenticateTokenAsync(secret, name, address, cancellationToken)
            : await AuthenticatePasswordAsync(name, secret, address, cancellationToken);
    }

    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(string token, IPAddress? address, CancellationToken cancellationToken) =>
        AccessToken.IsToken(token)
            ? AuthenticateTokenAsync(token, null, address, cancellationToken)
            : ValueTask.FromResult(AuthenticationResult.Failed);

    public async ValueTask<AuthenticationResult> ActForAsync(UserName user, Caller proved, CancellationToken cancellationToken)
    {
        if (proved.User is null) return AuthenticationResult.Failed;
        var state = await grains.GetUser(user).GetLoginStateAsync(cancellationToken);
        return state is null ? AuthenticationResult.Failed : Ok(state, proved.Scope);
    }

    public ValueTask<bool> IsKnownKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) =>
        keys.IsKnownAsync(fingerprint, address, cancellationToken);

    public ValueTask<AuthenticationResult> AuthenticateKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) =>
        keys.AuthenticateAsync(fingerprint, address, cancellationToken);

    private static AuthenticationResult Ok(LoginState state, AccessScope scope) =>
        new(AuthenticationStatus.Ok, new Caller(state.Name, state.UserId, state.IsAdministrator, scope));

    private async ValueTask<AuthenticationResult> AuthenticatePasswordAsync(
        UserName name, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        var key = name.Key;
        var digest = remembered.Digest(key, password);
        if (remembered.TryGet(key, digest, out var userId, out var version))
        {
            var now = await grains.GetUser(name).GetLoginStateAsync(cancellationToken);
            if (now is not null && now.UserId == userId && now.CredentialVersion == version) return Ok(now, AccessScope.Admin);
            remembered.Forget(key);
        }

        var verified = await passwords.VerifyAsync(name, password, digest, LoginThrottle.AddressKey(address), cancellationToken);
        if (verified.RetryAfter is { } retryAfter) return new AuthenticationResult(AuthenticationStatus.TooManyAttempts, null, retryAfter);
        if (verified.State is not { } then) return AuthenticationResult.Failed;

        // The derivation took its time, and may have been another request's.
        var state = await grains.GetUser(name).GetLoginStateAsync(cancellationToken);
        return state is not null && state.UserId == then.UserId && state.CredentialVersion == then.CredentialVersion
            ? Ok(state, AccessScope.Admin)
            : AuthenticationResult.Failed;
    }

    /// <param name="token">Has the form of one.</param>
    /// <param name="claimed">Whose it must be, when the client said so.</param>
    /// <param name="address">The client's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    private async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, UserName? claimed, IPAddress? address, CancellationToken cancellationToken)
    {
        var hash = AccessToken.Hash(token);
        var key = "token " + hash;
        var addressKey = LoginThrottle.AddressKey(address);
        var digest = remembered.Digest(key, "");
        if (!remembered.TryGet(key, digest, out _, out _))
        {
            var wait = await throttle.WaitAsync(null, addressKey, cancellationToken);
            if (wait is { } retryAfter) return new AuthenticationResult(AuthenticationStatus.TooManyAttempts, null, retryAfter);
        }

        var grant = await grains.GetAccessToken(hash).GetGrantAsync(cancellationToken);
        if (grant is not null && (claimed is null || claimed == grant.Owner.User))
        {
            var state = await grains.GetUser(grant.Owner.User).GetLoginStateAsync(cancellationToken);
            if (state is not null && state.UserId == grant.Owner.UserId)
            {
                remembered.Remember(key, digest, state.UserId, 0);
                return Ok(state, grant.Scope);
            }
        }

        remembered.Forget(key);
        throttle.Failed(addressKey);
        return AuthenticationResult.Failed;
    }
}
