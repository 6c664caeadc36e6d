using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Granary.Frontends.Rpc.Users;

/// <summary>
/// Checks a public key in SSH's wire format: RFC 4253 section 6.6 (RSA), RFC 5656 section 3.1 (ECDSA), RFC 8709 section 4
/// (Ed25519), and OpenSSH's PROTOCOL.u2f for keys on security keys.
/// </summary>
internal static class SshKeyBlob
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;
    private const string Malformed = "The public key is damaged: its parts do not fit its algorithm.";

    /// <returns>Null, or a sentence that says what is wrong with the key.</returns>
    public static string? Check(string algorithm, ReadOnlySpan<byte> blob)
    {
        var rest = blob;
        if (!TryRead(ref rest, out var name) || !name.SequenceEqual(Encoding.UTF8.GetBytes(algorithm))) return Malformed;
        var fault = algorithm switch
        {
            "ssh-ed25519" => CheckEd25519(ref rest),
            "sk-ssh-ed25519@openssh.com" => CheckEd25519(ref rest) ?? SkipApplication(ref rest),
            "ecdsa-sha2-nistp256" => CheckEcdsa(ref rest, "nistp256", ECCurve.NamedCurves.nistP256, 32),
            "ecdsa-sha2-nistp384" => CheckEcdsa(ref rest, "nistp384", ECCurve.NamedCurves.nistP384, 48),
            "ecdsa-sha2-nistp521" => CheckEcdsa(ref rest, "nistp521", ECCurve.NamedCurves.nistP521, 66),
            "sk-ecdsa-sha2-nistp256@openssh.com" =>
                CheckEcdsa(ref rest, "nistp256", ECCurve.NamedCurves.nistP256, 32) ?? SkipApplication(ref rest),
            "ssh-rsa" => CheckRsa(ref rest),
            _ => $"Keys of the algorithm '{algorithm}' are not accepted; use an Ed25519, ECDSA or RSA key.",
        };
        return fault ?? (rest.IsEmpty ? null : Malformed);
    }

    private static string? CheckEd25519(ref ReadOnlySpan<byte> rest) => TryRead(ref rest, out var point) && point.Length == 32 ? null : Malformed;

    private static string? SkipApplication(ref ReadOnlySpan<byte> rest) => TryRead(ref rest, out _) ? null : Malformed;

    private static string? CheckEcdsa(ref ReadOnlySpan<byte> rest, string curveName, ECCurve curve, int size)
    {
        if (!TryRead(ref rest, out var name) || !name.SequenceEqual(Encoding.ASCII.GetBytes(curveName))) return Malformed;
        if (!TryRead(ref rest, out var point) || point.Length != 1 + (2 * size) || point[0] != 4) return Malformed;
        try
        {
            // Importing checks that the point is on the curve.
            var q = new ECPoint { X = point[1..(1 + size)].ToArray(), Y = point[(1 + size)..].ToArray() };
            using var key = ECDsa.Create(new ECParameters { Curve = curve, Q = q });
            return null;
        }
        catch (CryptographicException)
        {
            return Malformed;
        }
    }

    private static string? CheckRsa(ref ReadOnlySpan<byte> rest)
    {
        if (!TryRead(ref rest, out var exponentBytes) || !TryRead(ref rest, out var modulusBytes)) return Malformed;
        if (exponentBytes.Length > 5 || modulusBytes.Length > (MaxRsaBits / 8) + 1)
            return $"RSA keys may have at most {MaxRsaBits} bits and an exponent below 2^32.";
        var exponent = new BigInteger(exponentBytes, isBigEndian: true);
        var modulus = new BigInteger(modulusBytes, isBigEndian: true);
        if (modulus.Sign <= 0 || modulus.IsEven || exponent < 3 || exponent.IsEven) return Malformed;
        return modulus.GetBitLength() < MinRsaBits ? $"This RSA key is too weak: it has fewer than {MinRsaBits} bits." : null;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < 4) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - 4) return false;
        value = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return true;
    }
}
