using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>ecdh-sha2-nistp256, https://www.rfc-editor.org/rfc/rfc5656#section-4</summary>
internal sealed class NistP256 : KeyExchangeMethod
{
    private const int Size = 32;

    public static NistP256 Instance { get; } = new();

    public override byte[] Respond(ReadOnlySpan<byte> clientHalf, out byte[] reply)
    {
        if (clientHalf.Length != 1 + 2 * Size || clientHalf[0] != 4) throw SshProtocolException.KeyExchange("An ECDH key has the wrong form.");
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(false).Q;
        reply = [4, .. point.X!, .. point.Y!];
        try
        {
            using var other = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = clientHalf.Slice(1, Size).ToArray(), Y = clientHalf[(1 + Size)..].ToArray() },
            });
            var shared = own.DeriveRawSecretAgreement(other.PublicKey);
            var secret = SharedSecret.Mpint(shared);
            CryptographicOperations.ZeroMemory(shared);
            return secret;
        }
        catch (CryptographicException)
        {
            throw SshProtocolException.KeyExchange("An ECDH key is not a point of the curve.");
        }
    }
}
