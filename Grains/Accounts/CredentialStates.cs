using Granary.Accounts;

namespace Granary.Grains.Accounts;

[GenerateSerializer, Immutable, Alias("granary.state.SshKey")]
internal sealed record SshKeyState
{
    [Id(0)]
    public CredentialOwner? Owner { get; init; }

    [Id(1)]
    public SshPublicKey? Key { get; init; }

    /// <summary>Set instead of <see cref="Owner"/> when it is a deploy key.</summary>
    [Id(2)]
    public DeployKeyOwner? Repository { get; init; }

    public bool IsTaken => Owner is not null || Repository is not null;
}

[GenerateSerializer, Immutable, Alias("granary.state.AccessToken")]
internal sealed record AccessTokenState
{
    [Id(0)]
    public CredentialOwner? Owner { get; init; }

    [Id(1)]
    public AccessScope Scope { get; init; }

    [Id(2)]
    public DateTimeOffset? ExpiresAt { get; init; }
}
