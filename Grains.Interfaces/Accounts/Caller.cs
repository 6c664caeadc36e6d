namespace Granary.Accounts;

/// <summary>What a login may be used for: a password gives <see cref="Admin"/>, a token the scope it was made with.</summary>
public enum AccessScope
{
    None = 0,

    /// <summary>Fetch, and calls that read.</summary>
    Read = 1,

    /// <summary>Push, and calls that change the contents of projects and repositories.</summary>
    Write = 2,

    /// <summary>Everything that the user may do, accounts and permissions included.</summary>
    Admin = 3,
}

/// <summary>
/// Who asks, proved by a login: made only by <see cref="IAuthenticator"/>. A user made anew under an old name has another
/// <paramref name="UserId"/> and inherits nothing. A <paramref name="DeployKey"/> is nobody's login: it reaches its one repository over SSH and no call.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.Caller")]
public sealed record Caller(
    [property: Id(0)] UserName? User,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] bool IsAdministrator,
    [property: Id(3)] AccessScope Scope,
    [property: Id(4)] DeployKeyOwner? DeployKey = null)
{
    /// <summary>Nobody in particular: may read what is public.</summary>
    public static Caller Anonymous { get; } = new(null, Guid.Empty, false, AccessScope.Read);

    /// <summary>The server itself, at its first start and from the command line on the data.</summary>
    public static Caller System { get; } = new(null, Guid.Empty, true, AccessScope.Admin);

    /// <summary>Who it is in log lines: a user's name, or a deploy key's.</summary>
    public string? Name => DeployKey is { } key ? $"deploy key {key.Fingerprint}" : User?.Value;

    public bool IsAnonymous => User is null && !IsAdministrator && DeployKey is null;

    /// <summary>Whether this is that user, logged in with everything the user may do.</summary>
    public bool MayManage(Guid userId) => Scope == AccessScope.Admin && (IsAdministrator || (UserId == userId && !IsAnonymous));
}
