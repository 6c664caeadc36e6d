namespace Granary.Accounts;

/// <summary>A user as lists and pages show it; no secrets.</summary>
[GenerateSerializer, Immutable, Alias("granary.UserInfo")]
public sealed record UserInfo(
    [property: Id(0)] UserName Name,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] string Email,
    [property: Id(4)] bool IsAdministrator,
    [property: Id(5)] bool IsDisabled,
    [property: Id(6)] DateTimeOffset CreatedAt);

/// <summary>A user to be made. Without a password the user can log in by key or token only.</summary>
[GenerateSerializer, Immutable, Alias("granary.NewUser")]
public sealed record NewUser(
    [property: Id(0)] UserName Name,
    [property: Id(1)] PasswordHash? Password,
    [property: Id(2)] string DisplayName = "",
    [property: Id(3)] string Email = "",
    [property: Id(4)] bool IsAdministrator = false);

/// <summary>Changes of a user; null leaves as it is. The two flags are for administrators.</summary>
[GenerateSerializer, Immutable, Alias("granary.UserChanges")]
public sealed record UserChanges(
    [property: Id(0)] string? DisplayName = null,
    [property: Id(1)] string? Email = null,
    [property: Id(2)] bool? IsAdministrator = null,
    [property: Id(3)] bool? IsDisabled = null);

/// <summary>What a login needs to know of a user at each request.</summary>
/// <param name="UserId">Of this incarnation of the name.</param>
/// <param name="Name">As typed at creation.</param>
/// <param name="IsAdministrator">Administers the server.</param>
/// <param name="CredentialVersion">Changes with every change of the password.</param>
[GenerateSerializer, Immutable, Alias("granary.LoginState")]
public sealed record LoginState(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] UserName Name,
    [property: Id(2)] bool IsAdministrator,
    [property: Id(3)] long CredentialVersion);
