using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Sodium;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>curve25519-sha256, https://www.rfc-editor.org/rfc/rfc8731</summary>
internal sealed class Curve25519 : KeyExchangeMethod
{
    public const int Size = 32;

    public static Curve25519 Instance { get; } = new();

    public override byte[] Respond(ReadOnlySpan<byte> clientHalf, out byte[] reply)
    {
        Span<byte> shared = stackalloc byte[Size];
        reply = new byte[Size];
        Agree(clientHalf, reply, shared);
        var secret = SharedSecret.Mpint(shared);
        CryptographicOperations.ZeroMemory(shared);
        return secret;
    }

    /// <summary>A fresh key pair's agreement with the other's point.</summary>
    public static void Agree(ReadOnlySpan<byte> point, Span<byte> ownPoint, Span<byte> shared)
    {
        if (point.Length != Size) throw SshProtocolException.KeyExchange("An X25519 key has the wrong length.");
        Span<byte> secret = stackalloc byte[Size];
        RandomNumberGenerator.Fill(secret);
        _ = Libsodium.ScalarMultBase(ownPoint, secret);

        // It fails for points of small order, whose result is zero (RFC 8731 section 3).
        var failed = Libsodium.ScalarMult(shared, secret, point) != 0;
        CryptographicOperations.ZeroMemory(secret);
        if (failed) throw SshProtocolException.KeyExchange("An X25519 key is of small order.");
    }
}
