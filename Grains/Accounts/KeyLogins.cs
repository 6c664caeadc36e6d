using System.Buffers;
using System.Net;
using Granary.Accounts;

namespace Granary.Grains.Accounts;

/// <summary>
/// Logins by SSH key: two grain calls, whatever the number of keys. An agent offers keys that the server does not know, which
/// is no attack; but each one unknown costs a look-up in storage, so an address that offers many is answered ever more slowly,
/// and with as many waiting as may, not looked up at all.
/// </summary>
internal sealed class KeyLogins(IGrainFactory grains, LoginThrottle throttle)
{
    private const string Prefix = "SHA256:";
    private const int Base64Length = 43;

    private static readonly SearchValues<char> Base64Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    public async ValueTask<bool> IsKnownAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) =>
        await FindAsync(fingerprint, address, cancellationToken) is not null;

    /// <summary>The signature was verified by whoever calls: what is left is whether the key still opens anything.</summary>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken)
    {
        var caller = await FindAsync(fingerprint, address, cancellationToken) switch
        {
            { User: { } user } => await OfUserAsync(user, fingerprint, cancellationToken),
            { Repository: { } repository } => await OfRepositoryAsync(repository, cancellationToken),
            _ => null,
        };
        return caller is null ? AuthenticationResult.Failed : new AuthenticationResult(AuthenticationStatus.Ok, caller);
    }

    private async ValueTask<SshKeyHolder?> FindAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken)
    {
        if (!IsFingerprint(fingerprint)) return null;
        var key = LoginThrottle.OfferKey(address);
        if (throttle.IsCrowded(key)) return null;
        if (await grains.GetSshKey(fingerprint).GetHolderAsync(cancellationToken) is { } holder) return holder;
        throttle.Failed(key);
        await throttle.WaitAsync(null, key, cancellationToken);
        return null;
    }

    private async ValueTask<Caller?> OfUserAsync(CredentialOwner owner, string fingerprint, CancellationToken cancellationToken)
    {
        var user = await grains.GetUser(owner.User).GetKeyLoginStateAsync(owner.UserId, fingerprint, cancellationToken);
        return user is null ? null : new Caller(user.Name, user.UserId, user.IsAdministrator, AccessScope.Admin);
    }

    private async ValueTask<Caller?> OfRepositoryAsync(DeployKeyOwner owner, CancellationToken cancellationToken)
    {
        var key = await grains.GetProject(owner.Project).FindDeployKeyAsync(owner, cancellationToken);
        return key is null ? null : new Caller(null, Guid.Empty, false, key.MayWrite ? AccessScope.Write : AccessScope.Read, owner);
    }

    private static bool IsFingerprint(string text) =>
        text.Length == Prefix.Length + Base64Length && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Base64Digits);
}
