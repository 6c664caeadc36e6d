using Granary.Accounts;

namespace Granary.Grains.Accounts;

[GenerateSerializer, Immutable, Alias("granary.state.SshKey")]
internal sealed record SshKeyState
{
    [Id(0)]
    public CredentialOwner? Owner { get; init; }

    [Id(1)]
    public SshPublicKey? Key { get; init; }
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
