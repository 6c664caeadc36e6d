namespace Granary.Accounts;

/// <summary>A password as it is kept: the output of a memory-hard key derivation with its salt and parameters.</summary>
/// <param name="Algorithm">The derivation and its version, for example <c>argon2id</c>.</param>
/// <param name="MemoryKiB">Memory cost in KiB.</param>
/// <param name="Passes">Number of passes.</param>
/// <param name="Salt">Random, one per password.</param>
/// <param name="Hash">The derived key.</param>
[GenerateSerializer, Immutable, Alias("granary.PasswordHash")]
public sealed record PasswordHash(
    [property: Id(0)] string Algorithm,
    [property: Id(1)] int MemoryKiB,
    [property: Id(2)] int Passes,
    [property: Id(3)] byte[] Salt,
    [property: Id(4)] byte[] Hash)
{
    /// <summary>Says nothing of the secret, so that it is safe in a log line.</summary>
    public override string ToString() => $"PasswordHash({Algorithm})";
}

/// <summary>Derives password hashes on threads of its own, a bounded number at a time, never on a grain's.</summary>
public interface IPasswordHasher
{
    const int MinPasswordLength = 8;
    const int MaxPasswordLength = 1024;

    /// <summary>Hashes a new password; refuses one that is too short or too long.</summary>
    Task<Outcome<PasswordHash>> HashAsync(string password, CancellationToken cancellationToken);

    /// <summary>Compares in constant time. With a null hash it takes as long and is false, so that unknown users look like known ones.</summary>
    Task<bool> VerifyAsync(string password, PasswordHash? hash, CancellationToken cancellationToken);
}
