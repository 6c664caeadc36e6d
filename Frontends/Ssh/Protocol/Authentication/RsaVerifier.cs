using System.Numerics;
using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>rsa-sha2-*, https://www.rfc-editor.org/rfc/rfc8332. What would be slow or weak is refused before any computation.</summary>
internal sealed class RsaVerifier(HashAlgorithmName hash) : IUserKeyVerifier
{
    private const int MinBits = 2048;
    private const int MaxBits = 8192;
    private const int MaxExponentSize = 5;

    public bool Verify(SshReader key, SshReader signature, ReadOnlySpan<byte> data)
    {
        var exponent = key.ReadUnsignedMpint(MaxBits / 8 + 1);
        var modulus = key.ReadUnsignedMpint(4 * MaxBits / 8);
        key.ExpectEnd();
        var value = signature.ReadString(4 * MaxBits / 8);
        signature.ExpectEnd();
        if (!IsSound(exponent, modulus) || value.Length > modulus.Length) return false;

        // Some clients leave the leading zeros of a signature out.
        Span<byte> full = stackalloc byte[modulus.Length];
        full.Clear();
        value.CopyTo(full[(modulus.Length - value.Length)..]);
        try
        {
            using var rsa = RSA.Create(new RSAParameters { Exponent = exponent.ToArray(), Modulus = modulus.ToArray() });
            return rsa.VerifyData(data, full, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsSound(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus)
    {
        if (modulus.IsEmpty || (modulus[^1] & 1) == 0) return false;
        var bits = modulus.Length * 8 - BitOperations.LeadingZeroCount((uint)modulus[0]) + 24;
        if (bits is < MinBits or > MaxBits) return false;
        if (exponent.Length is 0 or > MaxExponentSize) return false;
        var number = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        return number >= 3 && !number.IsEven && number <= (BigInteger.One << 32);
    }
}
