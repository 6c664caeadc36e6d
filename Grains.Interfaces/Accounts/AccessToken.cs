using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Granary.Accounts;

/// <summary>The text of an access token, shown once to its owner; only its hash is kept.</summary>
public static class AccessToken
{
    /// <summary>Tells a token from a password, and lets secret scanners find leaked ones.</summary>
    public const string Prefix = "gry_";

    /// <summary>A new token of 256 random bits.</summary>
    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a secret has the form of a token.</summary>
    public static bool IsToken(string secret) => secret.Length == Prefix.Length + 43 && secret.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The key of the token's grain: SHA-256 in hexadecimal. A random 256-bit secret needs no slow derivation.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

/// <summary>A token to be made; the caller generates it and keeps only the hash.</summary>
[GenerateSerializer, Immutable, Alias("granary.NewAccessToken")]
public sealed record NewAccessToken(
    [property: Id(0)] string Hash,
    [property: Id(1)] AccessScope Scope,
    [property: Id(2)] DateTimeOffset? ExpiresAt,
    [property: Id(3)] string Description);

/// <summary>A token as its owner sees it afterwards.</summary>
[GenerateSerializer, Immutable, Alias("granary.AccessTokenInfo")]
public sealed record AccessTokenInfo(
    [property: Id(0)] Guid TokenId,
    [property: Id(1)] AccessScope Scope,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] DateTimeOffset? ExpiresAt,
    [property: Id(4)] string Description);
