using Orleans.Concurrency;

namespace Granary.Accounts;

/// <summary>One SSH key, keyed by its fingerprint: who logs in with it. Unique over the whole server.</summary>
[Alias("granary.ISshKeyGrain"), GrainInterfaceType("granary.sshkey")]
public interface ISshKeyGrain : IGrainWithStringKey
{
    /// <summary>Takes the fingerprint for an owner; refused when another owner has it.</summary>
    [Alias("Claim")]
    Task<Outcome> ClaimAsync(CredentialOwner owner, SshPublicKey key, CancellationToken cancellationToken);

    /// <summary>Gives it up; does nothing when the owner is another.</summary>
    [Alias("Release")]
    Task ReleaseAsync(CredentialOwner owner, CancellationToken cancellationToken);

    /// <summary>The owner, or null.</summary>
    [AlwaysInterleave, Alias("GetOwner")]
    ValueTask<CredentialOwner?> GetOwnerAsync(CancellationToken cancellationToken);

    /// <summary>Takes the fingerprint for a repository, as a deploy key; refused when it is anybody else's.</summary>
    [Alias("ClaimForRepository")]
    Task<Outcome> ClaimForRepositoryAsync(DeployKeyOwner owner, SshPublicKey key, CancellationToken cancellationToken);

    /// <summary>Gives up a deploy key; does nothing when it is another's.</summary>
    [Alias("ReleaseFromRepository")]
    Task ReleaseFromRepositoryAsync(DeployKeyOwner owner, CancellationToken cancellationToken);

    /// <summary>Whose key it is, a user's or a repository's; null when it is nobody's.</summary>
    [AlwaysInterleave, Alias("GetHolder")]
    ValueTask<SshKeyHolder?> GetHolderAsync(CancellationToken cancellationToken);
}

/// <summary>What a valid token gives.</summary>
[GenerateSerializer, Immutable, Alias("granary.TokenGrant")]
public sealed record TokenGrant([property: Id(0)] CredentialOwner Owner, [property: Id(1)] AccessScope Scope);

/// <summary>One access token, keyed by <see cref="AccessToken.Hash"/>.</summary>
[Alias("granary.IAccessTokenGrain"), GrainInterfaceType("granary.accesstoken")]
public interface IAccessTokenGrain : IGrainWithStringKey
{
    [Alias("Issue")]
    Task<Outcome> IssueAsync(CredentialOwner owner, AccessScope scope, DateTimeOffset? expiresAt, CancellationToken cancellationToken);

    [Alias("Revoke")]
    Task RevokeAsync(CancellationToken cancellationToken);

    /// <summary>Owner and scope; null when unknown, revoked or expired.</summary>
    [AlwaysInterleave, Alias("GetGrant")]
    ValueTask<TokenGrant?> GetGrantAsync(CancellationToken cancellationToken);
}
