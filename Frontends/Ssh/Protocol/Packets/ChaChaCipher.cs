using System.Buffers.Binary;
using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Sodium;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// chacha20-poly1305@openssh.com, https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.chacha20poly1305: the first
/// half of the key encrypts payloads, the second half lengths; the nonce is the sequence number.
/// </summary>
internal sealed unsafe class ChaChaCipher(ReadOnlySpan<byte> key) : PacketCipher
{
    private const int Tag = 16;
    private readonly byte[] _key = key[..64].ToArray();

    public override int BlockSize => 8;

    public override int TagSize => Tag;

    public override bool LengthIsApart => true;

    public override void Seal(Span<byte> frame, uint sequence)
    {
        var nonce = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(nonce, 8), sequence);
        var oneTimeKey = stackalloc byte[32];
        fixed (byte* keys = _key, data = frame)
        {
            OneTimeKey(oneTimeKey, nonce, keys);
            _ = Libsodium.ChaCha20Xor(data, data, 4, nonce, 0, keys + 32);
            _ = Libsodium.ChaCha20Xor(data + 4, data + 4, (ulong)(frame.Length - 4 - Tag), nonce, 1, keys);
            _ = Libsodium.Poly1305(data + frame.Length - Tag, data, (ulong)(frame.Length - Tag), oneTimeKey);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(oneTimeKey, 32));
    }

    public override uint ReadLength(ReadOnlySpan<byte> prefix, uint sequence)
    {
        var nonce = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(nonce, 8), sequence);
        var length = stackalloc byte[4];
        fixed (byte* keys = _key, data = prefix) _ = Libsodium.ChaCha20Xor(length, data, 4, nonce, 0, keys + 32);
        return BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(length, 4));
    }

    public override bool TryOpen(Span<byte> frame, uint sequence)
    {
        var nonce = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(nonce, 8), sequence);
        var oneTimeKey = stackalloc byte[32];
        var tag = stackalloc byte[Tag];
        fixed (byte* keys = _key, data = frame)
        {
            OneTimeKey(oneTimeKey, nonce, keys);
            _ = Libsodium.Poly1305(tag, data, (ulong)(frame.Length - Tag), oneTimeKey);
            CryptographicOperations.ZeroMemory(new Span<byte>(oneTimeKey, 32));
            if (!CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(tag, Tag), frame[^Tag..])) return false;
            _ = Libsodium.ChaCha20Xor(data, data, 4, nonce, 0, keys + 32);
            _ = Libsodium.ChaCha20Xor(data + 4, data + 4, (ulong)(frame.Length - 4 - Tag), nonce, 1, keys);
        }

        return true;
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private static void OneTimeKey(byte* target, byte* nonce, byte* key)
    {
        new Span<byte>(target, 32).Clear();
        _ = Libsodium.ChaCha20Xor(target, target, 32, nonce, 0, key);
    }
}
