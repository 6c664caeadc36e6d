using System.Net;
using Granary.Accounts;
using Granary.Frontends.Ssh.Protocol;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Git;

/// <summary>Who may log in: whoever has a key that is a user's or a deploy key. Another login name goes the same way to the same refusal.</summary>
internal sealed class KeyAuthority(IAuthenticator authenticator, IOptions<SshGitOptions> options) : ISshAuthority
{
    public async ValueTask<bool> IsAcceptableAsync(string userName, OfferedKey key, IPEndPoint peer, CancellationToken cancellationToken)
    {
        var isKnown = await authenticator.IsKnownKeyAsync(key.Fingerprint, peer.Address, cancellationToken).ConfigureAwait(false);
        return isKnown && userName == options.Value.LoginName;
    }

    public async ValueTask<SshIdentity?> AuthenticateAsync(string userName, VerifiedKey key, IPEndPoint peer, CancellationToken cancellationToken)
    {
        var login = await authenticator.AuthenticateKeyAsync(key.Fingerprint, peer.Address, cancellationToken).ConfigureAwait(false);
        return login.Caller is { } caller && userName == options.Value.LoginName ? new KeyIdentity(key.Fingerprint, caller) : null;
    }
}
