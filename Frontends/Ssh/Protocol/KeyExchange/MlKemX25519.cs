using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Sodium;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>mlkem768x25519-sha256, https://datatracker.ietf.org/doc/draft-ietf-sshm-mlkem-hybrid-kex/</summary>
internal sealed class MlKemX25519 : KeyExchangeMethod
{
    private const int EncapsulationKeySize = 1184;
    private const int CiphertextSize = 1088;
    private const int SecretSize = 32;

    public static MlKemX25519 Instance { get; } = new();

    public override byte[] Respond(ReadOnlySpan<byte> clientHalf, out byte[] reply)
    {
        if (clientHalf.Length != EncapsulationKeySize + Curve25519.Size) throw SshProtocolException.KeyExchange("A hybrid key has the wrong length.");
        reply = new byte[CiphertextSize + Curve25519.Size];
        Span<byte> secrets = stackalloc byte[SecretSize + Curve25519.Size];
        Span<byte> combined = stackalloc byte[SHA256.HashSizeInBytes];

        // It fails for a key that is not reduced by the modulus (FIPS 203 section 7.2).
        if (Libsodium.MlKem768Encapsulate(reply.AsSpan(0, CiphertextSize), secrets[..SecretSize], clientHalf[..EncapsulationKeySize]) != 0)
            throw SshProtocolException.KeyExchange("An ML-KEM key is not canonical.");
        Curve25519.Agree(clientHalf[EncapsulationKeySize..], reply.AsSpan(CiphertextSize), secrets[SecretSize..]);
        SHA256.HashData(secrets, combined);
        var secret = SharedSecret.String(combined);
        CryptographicOperations.ZeroMemory(secrets);
        CryptographicOperations.ZeroMemory(combined);
        return secret;
    }
}
