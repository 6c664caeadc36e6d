using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

internal static class Fingerprint
{
    /// <summary><c>SHA256:</c> and unpadded base64, as <c>ssh-keygen -l</c> prints it.</summary>
    public static string Of(ReadOnlySpan<byte> blob)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(blob, hash);
        return $"SHA256:{Convert.ToBase64String(hash).TrimEnd('=')}";
    }
}
