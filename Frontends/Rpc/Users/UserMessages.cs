using Google.Protobuf.WellKnownTypes;
using Granary.Accounts;
using Granary.V1;

namespace Granary.Frontends.Rpc.Users;

/// <summary>Users and their credentials as the API shows them.</summary>
internal static class UserMessages
{
    public static User From(UserInfo user, Caller caller) => new()
    {
        Name = user.Name.Value,
        UserId = user.UserId.ToString("D"),
        DisplayName = user.DisplayName,
        Email = caller.IsAdministrator || caller.UserId == user.UserId ? user.Email : "",
        Administrator = user.IsAdministrator,
        Disabled = user.IsDisabled,
        CreatedAt = Timestamp.FromDateTimeOffset(user.CreatedAt),
    };

    public static SshKey From(SshKeyInfo key) => new()
    {
        Fingerprint = key.Key.Fingerprint,
        Algorithm = key.Key.Algorithm,
        Title = key.Title,
        PublicKey = $"{key.Key.Algorithm} {Convert.ToBase64String(key.Key.Blob)} {key.Key.Comment}".TrimEnd(),
        CreatedAt = Timestamp.FromDateTimeOffset(key.CreatedAt),
    };

    public static Token From(AccessTokenInfo token) => new()
    {
        TokenId = token.TokenId.ToString("D"),
        Scope = token.Scope switch
        {
            AccessScope.Read => "read",
            AccessScope.Write => "write",
            AccessScope.Admin => "admin",
            _ => "",
        },
        Description = token.Description,
        CreatedAt = Timestamp.FromDateTimeOffset(token.CreatedAt),
        ExpiresAt = token.ExpiresAt is { } expires ? Timestamp.FromDateTimeOffset(expires) : null,
    };
}
