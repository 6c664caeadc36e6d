namespace Granary.Accounts;

/// <summary>An SSH public key that was checked: a known algorithm, well-formed, strong enough (RFC 4253 section 6.6).</summary>
/// <param name="Algorithm">For example <c>ssh-ed25519</c>.</param>
/// <param name="Blob">The key in SSH wire format.</param>
/// <param name="Comment">The rest of the line.</param>
/// <param name="Fingerprint"><c>SHA256:</c> and unpadded base64, as <c>ssh-keygen -l</c> prints it.</param>
[GenerateSerializer, Immutable, Alias("granary.SshPublicKey")]
public sealed record SshPublicKey(
    [property: Id(0)] string Algorithm,
    [property: Id(1)] byte[] Blob,
    [property: Id(2)] string Comment,
    [property: Id(3)] string Fingerprint);

/// <summary>A key as its owner sees it.</summary>
[GenerateSerializer, Immutable, Alias("granary.SshKeyInfo")]
public sealed record SshKeyInfo(
    [property: Id(0)] SshPublicKey Key,
    [property: Id(1)] string Title,
    [property: Id(2)] DateTimeOffset CreatedAt);

/// <summary>Who a key or token belongs to.</summary>
[GenerateSerializer, Immutable, Alias("granary.CredentialOwner")]
public sealed record CredentialOwner([property: Id(0)] UserName User, [property: Id(1)] Guid UserId);
