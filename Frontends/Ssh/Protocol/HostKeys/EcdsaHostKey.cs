using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>ecdsa-sha2-nistp256, https://www.rfc-editor.org/rfc/rfc5656#section-3</summary>
internal sealed class EcdsaHostKey : HostKey
{
    public const string Name = "ecdsa-sha2-nistp256";
    private const string Curve = "nistp256";
    private readonly ECDsa _key;
    private readonly byte[] _point;

    private EcdsaHostKey(ECDsa key)
    {
        _key = key;
        var parameters = key.ExportParameters(false);
        _point = [4, .. parameters.Q.X!, .. parameters.Q.Y!];
        PublicBlob = Blobs.Create(_point, static (writer, point) =>
        {
            writer.WriteString(Name);
            writer.WriteString(Curve);
            writer.WriteString(point);
        });
    }

    public override string KeyType => Name;

    public override IReadOnlyList<string> Algorithms { get; } = [Name];

    public override byte[] PublicBlob { get; }

    public static EcdsaHostKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static EcdsaHostKey ReadPrivateFields(ref SshReader reader)
    {
        if (!reader.ReadString(16).SequenceEqual("nistp256"u8)) throw new SshKeyFormatException("An ECDSA key is of another curve.");
        var point = reader.ReadString(65);
        if (point.Length != 65 || point[0] != 4) throw new SshKeyFormatException("An ECDSA key's point has the wrong form.");
        var scalar = reader.ReadUnsignedMpint(33);
        if (scalar.Length is 0 or > 32) throw new SshKeyFormatException("An ECDSA key's number has the wrong length.");
        var d = new byte[32];
        scalar.CopyTo(d.AsSpan(32 - scalar.Length));
        try
        {
            return new EcdsaHostKey(ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                D = d,
                Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
            }));
        }
        catch (CryptographicException)
        {
            throw new SshKeyFormatException("The halves of an ECDSA key do not belong together.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }
    }

    public override byte[] Sign(string algorithm, ReadOnlySpan<byte> data)
    {
        Span<byte> signature = stackalloc byte[64];
        _key.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var numbers = Blobs.Create(signature.ToArray(), static (writer, value) =>
        {
            writer.WriteMpint(value.AsSpan(0, 32));
            writer.WriteMpint(value.AsSpan(32));
        });
        return Blobs.Signature(Name, numbers);
    }

    public override void WritePrivateFields(SshWriter writer)
    {
        var parameters = _key.ExportParameters(true);
        writer.WriteString(Curve);
        writer.WriteString(_point);
        writer.WriteMpint(parameters.D);
        CryptographicOperations.ZeroMemory(parameters.D);
    }

    public override void Dispose() => _key.Dispose();
}
