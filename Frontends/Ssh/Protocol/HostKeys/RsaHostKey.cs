using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>An RSA key for rsa-sha2-512 and rsa-sha2-256, https://www.rfc-editor.org/rfc/rfc8332</summary>
internal sealed class RsaHostKey : HostKey
{
    public const string Name = "ssh-rsa";
    public const string Sha512 = "rsa-sha2-512";
    public const string Sha256 = "rsa-sha2-256";
    private const int KeySize = 3072;
    private const int MaxNumber = 1025;
    private readonly RSA _key;

    private RsaHostKey(RSA key)
    {
        _key = key;
        PublicBlob = Blobs.Create(key.ExportParameters(false), static (writer, parameters) =>
        {
            writer.WriteString(Name);
            writer.WriteMpint(parameters.Exponent);
            writer.WriteMpint(parameters.Modulus);
        });
    }

    public override string KeyType => Name;

    public override IReadOnlyList<string> Algorithms { get; } = [Sha512, Sha256];

    public override byte[] PublicBlob { get; }

    public static RsaHostKey Create() => new(RSA.Create(KeySize));

    public static RsaHostKey ReadPrivateFields(ref SshReader reader)
    {
        var modulus = reader.ReadUnsignedMpint(MaxNumber);
        var exponent = reader.ReadUnsignedMpint(8);
        var d = reader.ReadUnsignedMpint(MaxNumber);
        var inverseQ = reader.ReadUnsignedMpint(MaxNumber);
        var p = reader.ReadUnsignedMpint(MaxNumber);
        var q = reader.ReadUnsignedMpint(MaxNumber);
        if (modulus.Length < 256 || (modulus[0] & 0x80) == 0) throw new SshKeyFormatException("An RSA key has fewer than 2048 bits.");
        try
        {
            return new RsaHostKey(RSA.Create(RsaNumbers.Complete(modulus, exponent, d, p, q, inverseQ)));
        }
        catch (Exception exception) when (exception is CryptographicException or ArithmeticException or ArgumentException)
        {
            throw new SshKeyFormatException("The numbers of an RSA key do not belong together.");
        }
    }

    public override byte[] Sign(string algorithm, ReadOnlySpan<byte> data)
    {
        var hash = algorithm == Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        return Blobs.Signature(algorithm, _key.SignData(data, hash, RSASignaturePadding.Pkcs1));
    }

    public override void WritePrivateFields(SshWriter writer)
    {
        var parameters = _key.ExportParameters(true);
        writer.WriteMpint(parameters.Modulus);
        writer.WriteMpint(parameters.Exponent);
        writer.WriteMpint(parameters.D);
        writer.WriteMpint(parameters.InverseQ);
        writer.WriteMpint(parameters.P);
        writer.WriteMpint(parameters.Q);
        CryptographicOperations.ZeroMemory(parameters.D);
        CryptographicOperations.ZeroMemory(parameters.P);
        CryptographicOperations.ZeroMemory(parameters.Q);
    }

    public override void Dispose() => _key.Dispose();
}
