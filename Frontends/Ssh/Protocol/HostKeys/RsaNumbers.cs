using System.Numerics;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>The numbers that .NET wants and OpenSSH's files leave out.</summary>
internal static class RsaNumbers
{
    public static RSAParameters Complete(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> d, ReadOnlySpan<byte> p, ReadOnlySpan<byte> q, ReadOnlySpan<byte> inverseQ)
    {
        var half = (modulus.Length + 1) / 2;
        var dNumber = Number(d);
        return new RSAParameters
        {
            Modulus = modulus.ToArray(),
            Exponent = exponent.ToArray(),
            D = Fit(dNumber, modulus.Length),
            P = Fit(Number(p), half),
            Q = Fit(Number(q), half),
            DP = Fit(dNumber % (Number(p) - 1), half),
            DQ = Fit(dNumber % (Number(q) - 1), half),
            InverseQ = Fit(Number(inverseQ), half),
        };
    }

    private static BigInteger Number(ReadOnlySpan<byte> value) => new(value, isUnsigned: true, isBigEndian: true);

    private static byte[] Fit(BigInteger value, int size)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > size) throw new ArgumentException("too long");
        var fitted = new byte[size];
        bytes.CopyTo(fitted, size - bytes.Length);
        return fitted;
    }
}
