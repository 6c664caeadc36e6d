using System.Security.Cryptography;
using System.Text;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>ecdsa-sha2-*, https://www.rfc-editor.org/rfc/rfc5656#section-3, and its form on hardware.</summary>
internal sealed class EcdsaVerifier(string curveName, ECCurve curve, int size, HashAlgorithmName hash, bool hardware) : IUserKeyVerifier
{
    private readonly byte[] _curveName = Encoding.ASCII.GetBytes(curveName);

    public bool Verify(SshReader key, SshReader signature, ReadOnlySpan<byte> data)
    {
        if (!key.ReadString(32).SequenceEqual(_curveName)) throw SshProtocolException.Protocol("An ECDSA key is of another curve than its type.");
        var point = key.ReadString(1 + 2 * size);
        var application = hardware ? key.ReadString(HardwareSignature.MaxApplication) : default;
        key.ExpectEnd();
        if (point.Length != 1 + 2 * size || point[0] != 4) throw SshProtocolException.Protocol("An ECDSA key's point has the wrong form.");
        var numbers = new SshReader(signature.ReadString(2 * (size + 5)));
        Span<byte> value = stackalloc byte[2 * size];
        value.Clear();
        ReadNumber(ref numbers, value[..size]);
        ReadNumber(ref numbers, value[size..]);
        numbers.ExpectEnd();
        Span<byte> signed = stackalloc byte[HardwareSignature.SignedSize];
        if (hardware && !HardwareSignature.TryRead(ref signature, application, data, signed)) return false;
        scoped var message = hardware ? signed : data;

        signature.ExpectEnd();
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = curve,
                Q = new ECPoint { X = point.Slice(1, size).ToArray(), Y = point[(1 + size)..].ToArray() },
            });
            return ecdsa.VerifyData(message, value, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static void ReadNumber(ref SshReader reader, scoped Span<byte> target)
    {
        var number = reader.ReadUnsignedMpint(target.Length + 1);
        if (number.IsEmpty || number.Length > target.Length) throw SshProtocolException.Protocol("A number of an ECDSA signature is out of range.");
        number.CopyTo(target[^number.Length..]);
    }
}
