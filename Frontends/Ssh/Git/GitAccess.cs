using System.Net;
using Granary.Accounts;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.Ssh.Git.Commands;
using Granary.Projects;

namespace Granary.Frontends.Ssh.Git;

/// <summary>What a command may do, asked of the project as over HTTP; null <see cref="Access"/>: <see cref="Refusal"/> says why not.</summary>
internal sealed record CommandAccess(Caller? Caller, RepositoryAccess? Access, string? Refusal);

/// <summary>
/// Key, user and permission, asked at the start of each command and again within long ones: what was revoked before is
/// refused after, however old the connection.
/// </summary>
internal sealed class GitAccess(IGrainFactory grains, IAuthenticator authenticator)
{
    public const string KeyRevoked = "This SSH key is no longer accepted.";

    /// <summary>Who the key stands for now; null when for nobody any more.</summary>
    public async ValueTask<Caller?> LogInAsync(KeyIdentity identity, IPEndPoint peer, CancellationToken cancellationToken) =>
        (await authenticator.AuthenticateKeyAsync(identity.Fingerprint, peer.Address, cancellationToken).ConfigureAwait(false)).Caller;

    public async ValueTask<CommandAccess> AuthorizeAsync(
        KeyIdentity identity, IPEndPoint peer, GitCommandLine command, CancellationToken cancellationToken)
    {
        if (await LogInAsync(identity, peer, cancellationToken).ConfigureAwait(false) is not { } caller) return new CommandAccess(null, null, KeyRevoked);
        var access = command.Repository is { } path
            ? await grains.GetProject(path.Project).ResolveRepositoryAsync(caller, path.Name, cancellationToken).ConfigureAwait(false)
            : null;
        var needed = command.Service == GitService.ReceivePack ? AccessLevel.Write : AccessLevel.Read;
        if (access is null) return new CommandAccess(caller, null, AccessMessages.NotFound);
        return access.Level >= needed ? new CommandAccess(caller, access, null) : new CommandAccess(caller, null, AccessMessages.ReadOnly);
    }
}
