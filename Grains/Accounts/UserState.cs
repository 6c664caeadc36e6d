using Granary.Accounts;

namespace Granary.Grains.Accounts;

[GenerateSerializer, Immutable, Alias("granary.state.User")]
internal sealed record UserState
{
    /// <summary>Empty when there is no such user.</summary>
    [Id(0)]
    public Guid UserId { get; init; }

    [Id(1)]
    public UserName Name { get; init; }

    [Id(2)]
    public string DisplayName { get; init; } = "";

    [Id(3)]
    public string Email { get; init; } = "";

    [Id(4)]
    public bool IsAdministrator { get; init; }

    [Id(5)]
    public bool IsDisabled { get; init; }

    /// <summary>A deletion began: nobody sees the user any more, its keys and tokens are being released.</summary>
    [Id(6)]
    public bool IsDeleting { get; init; }

    [Id(7)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(8)]
    public PasswordHash? Password { get; init; }

    [Id(9)]
    public long CredentialVersion { get; init; }

    [Id(10)]
    public IReadOnlyList<SshKeyInfo> Keys { get; init; } = [];

    [Id(11)]
    public IReadOnlyList<UserToken> Tokens { get; init; } = [];

    public bool Exists => UserId != Guid.Empty && !IsDeleting;

    public bool IsActiveAdministrator => Exists && IsAdministrator && !IsDisabled;

    public CredentialOwner Owner => new(Name, UserId);

    public UserInfo ToInfo() => new(Name, UserId, DisplayName, Email, IsAdministrator, IsDisabled, CreatedAt);
}

/// <summary>A token in its owner's list; the grain keyed by <paramref name="Hash"/> is what logins ask.</summary>
[GenerateSerializer, Immutable, Alias("granary.state.UserToken")]
internal sealed record UserToken([property: Id(0)] AccessTokenInfo Info, [property: Id(1)] string Hash);
