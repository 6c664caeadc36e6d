using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Packets;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>Keys from the shared secret, https://www.rfc-editor.org/rfc/rfc4253#section-7.2</summary>
internal static class KeyDerivation
{
    /// <param name="suite">What the keys are for.</param>
    /// <param name="fromClient">The direction.</param>
    /// <param name="sharedSecret">As it enters the hashes.</param>
    /// <param name="exchangeHash">H of this exchange.</param>
    /// <param name="sessionId">H of the first one.</param>
    public static PacketCipher Create(CipherSuite suite, bool fromClient, byte[] sharedSecret, byte[] exchangeHash, byte[] sessionId)
    {
        Span<byte> iv = stackalloc byte[suite.IvSize];
        Span<byte> key = stackalloc byte[suite.KeySize];
        Span<byte> mac = stackalloc byte[suite.MacKeySize];
        Derive(iv, fromClient ? 'A' : 'B', sharedSecret, exchangeHash, sessionId);
        Derive(key, fromClient ? 'C' : 'D', sharedSecret, exchangeHash, sessionId);
        Derive(mac, fromClient ? 'E' : 'F', sharedSecret, exchangeHash, sessionId);
        var cipher = suite.Create(key, iv, mac);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(mac);
        return cipher;
    }

    public static void Derive(Span<byte> target, char letter, byte[] sharedSecret, byte[] exchangeHash, byte[] sessionId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        for (var done = 0; done < target.Length;)
        {
            hash.AppendData(sharedSecret);
            hash.AppendData(exchangeHash);
            if (done == 0)
            {
                hash.AppendData([(byte)letter]);
                hash.AppendData(sessionId);
            }
            else
            {
                hash.AppendData(target[..done]);
            }

            hash.GetHashAndReset(block);
            var count = Math.Min(block.Length, target.Length - done);
            block[..count].CopyTo(target[done..]);
            done += count;
        }

        CryptographicOperations.ZeroMemory(block);
    }
}
