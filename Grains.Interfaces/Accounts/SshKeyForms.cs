using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Granary.Accounts;

/// <summary>The wire form of each accepted kind of public key, checked to the last byte.</summary>
internal static class SshKeyForms
{
    /// <summary>An application name of a security key, <c>ssh:</c> and what the owner chose.</summary>
    private const int MaxApplicationLength = 256;

    public static bool IsKnown(string algorithm) => algorithm is "ssh-ed25519" or "ssh-rsa"
        or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521"
        or "sk-ssh-ed25519@openssh.com" or "sk-ecdsa-sha2-nistp256@openssh.com";

    /// <summary>A sentence, or null when the key is right.</summary>
    public static string? Fault(string algorithm, ReadOnlySpan<byte> blob)
    {
        var rest = blob;
        if (!TryString(ref rest, out var inner)) return Malformed;
        if (!inner.SequenceEqual(Encoding.ASCII.GetBytes(algorithm))) return $"The line says {algorithm}, but the key in it is of another kind.";
        var fault = algorithm switch
        {
            "ssh-ed25519" => Ed25519Fault(ref rest),
            "ssh-rsa" => RsaFault(ref rest),
            "ecdsa-sha2-nistp256" => EcdsaFault(ref rest, "nistp256"),
            "ecdsa-sha2-nistp384" => EcdsaFault(ref rest, "nistp384"),
            "ecdsa-sha2-nistp521" => EcdsaFault(ref rest, "nistp521"),
            "sk-ssh-ed25519@openssh.com" => Ed25519Fault(ref rest) ?? ApplicationFault(ref rest),
            "sk-ecdsa-sha2-nistp256@openssh.com" => EcdsaFault(ref rest, "nistp256") ?? ApplicationFault(ref rest),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        return fault ?? (rest.IsEmpty ? null : "There are bytes behind the key; it was damaged on the way.");
    }

    private const string Malformed = "The key is damaged: its parts do not have the lengths they say. Copy it again as a whole.";

    private static string? Ed25519Fault(ref ReadOnlySpan<byte> rest) =>
        TryString(ref rest, out var point) && point.Length == 32 ? null : Malformed;

    private static string? EcdsaFault(ref ReadOnlySpan<byte> rest, string curve)
    {
        if (!TryString(ref rest, out var name) || !TryString(ref rest, out var point)) return Malformed;
        if (!name.SequenceEqual(Encoding.ASCII.GetBytes(curve))) return Malformed;
        var (prime, b) = Curve(curve);
        var size = (int)(prime.GetBitLength() + 7) / 8;

        // Uncompressed points only, and only points of the curve: RFC 5656 section 3.1.
        if (point.Length != 1 + (2 * size) || point[0] != 4) return Malformed;
        var x = new BigInteger(point.Slice(1, size), isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(point.Slice(1 + size, size), isUnsigned: true, isBigEndian: true);
        if (x >= prime || y >= prime) return Malformed;
        return ((y * y) - ((x * x * x) - (3 * x) + b)) % prime == 0 ? null : "The key is damaged: its point is not on the curve.";
    }

    private static string? RsaFault(ref ReadOnlySpan<byte> rest)
    {
        if (!TryPositive(ref rest, out var exponent) || !TryPositive(ref rest, out var modulus)) return Malformed;
        var bits = modulus.GetBitLength();
        if (bits < SshPublicKeyParser.MinRsaBits)
            return $"RSA keys need at least {SshPublicKeyParser.MinRsaBits} bits; this one has {bits}. Make an ed25519 key: ssh-keygen -t ed25519";
        if (bits > SshPublicKeyParser.MaxRsaBits) return $"RSA keys may have at most {SshPublicKeyParser.MaxRsaBits} bits; this one has {bits}.";
        if (exponent < 3 || exponent.IsEven || exponent.GetBitLength() > 64 || modulus.IsEven) return "The RSA key's numbers are not those of a sound key.";
        return null;
    }

    private static string? ApplicationFault(ref ReadOnlySpan<byte> rest) =>
        TryString(ref rest, out var application) && application.Length is > 0 and <= MaxApplicationLength ? null : Malformed;

    /// <summary>RFC 4251 section 5, <c>mpint</c>: positive, without needless leading zeros.</summary>
    private static bool TryPositive(ref ReadOnlySpan<byte> rest, out BigInteger value)
    {
        value = default;
        if (!TryString(ref rest, out var bytes) || bytes.IsEmpty || (bytes[0] & 0x80) != 0) return false;
        if (bytes[0] == 0 && (bytes.Length == 1 || (bytes[1] & 0x80) == 0)) return false;
        value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        return true;
    }

    private static bool TryString(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out var length) || length > rest.Length - 4) return false;
        value = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return true;
    }

    /// <summary>The prime and the coefficient b of the curve (a is -3): FIPS 186-4, appendix D.1.2.</summary>
    private static (BigInteger Prime, BigInteger B) Curve(string name) => name switch
    {
        "nistp256" => (
            BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1,
            Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")),
        "nistp384" => (
            BigInteger.Pow(2, 384) - BigInteger.Pow(2, 128) - BigInteger.Pow(2, 96) + BigInteger.Pow(2, 32) - 1,
            Hex("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef")),
        _ => (
            BigInteger.Pow(2, 521) - 1,
            Hex("0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00")),
    };

    private static BigInteger Hex(string digits) => new(Convert.FromHexString(digits), isUnsigned: true, isBigEndian: true);
}
