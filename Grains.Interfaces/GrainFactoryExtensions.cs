using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary;

/// <summary>The one place that turns identities into grain keys.</summary>
public static class GrainFactoryExtensions
{
    public static IUserGrain GetUser(this IGrainFactory grains, UserName name) => grains.GetGrain<IUserGrain>(name.Key);

    public static IProjectGrain GetProject(this IGrainFactory grains, ProjectKey key) => grains.GetGrain<IProjectGrain>(key.Key);

    public static IRepositoryGrain GetRepository(this IGrainFactory grains, RepositoryId id) => grains.GetGrain<IRepositoryGrain>(id.Value);

    /// <param name="grains">The cluster.</param>
    /// <param name="fingerprint">As <see cref="SshPublicKey.Fingerprint"/>.</param>
    public static ISshKeyGrain GetSshKey(this IGrainFactory grains, string fingerprint) => grains.GetGrain<ISshKeyGrain>(fingerprint);

    /// <param name="grains">The cluster.</param>
    /// <param name="tokenHash">As <see cref="AccessToken.Hash"/>.</param>
    public static IAccessTokenGrain GetAccessToken(this IGrainFactory grains, string tokenHash) => grains.GetGrain<IAccessTokenGrain>(tokenHash);

    /// <param name="grains">The cluster.</param>
    /// <param name="kind"><see cref="IDirectoryGrain.Users"/> or <see cref="IDirectoryGrain.Projects"/>.</param>
    public static IDirectoryGrain GetDirectory(this IGrainFactory grains, string kind) => grains.GetGrain<IDirectoryGrain>(kind);
}
