using System.Buffers;
using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// Takes packets from what was received, https://www.rfc-editor.org/rfc/rfc4253#section-6. Lengths are bounded before anything is
/// buffered, and nothing of a packet is looked at before its MAC was verified. Memory is rented for the time a packet is read.
/// </summary>
internal sealed class PacketReader : IDisposable
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-6.1</summary>
    public const int MinimumMaxPacket = 35_000;

    private PacketCipher _cipher = new PlainCipher();
    private byte[]? _buffer;
    private uint _length;
    private bool _hasLength;

    /// <summary>The number of the next packet.</summary>
    public uint Sequence { get; private set; }

    public int MaxPacketLength { get; set; } = MinimumMaxPacket;

    public long BytesSinceKeys { get; private set; }

    public long PacketsSinceKeys { get; private set; }

    public bool HasKeys { get; private set; }

    /// <summary>Takes one packet off the front; its payload is valid until the next call.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> received, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        if (!_hasLength && !TryReadLength(received)) return false;
        var size = 4 + (long)_length + _cipher.TagSize;
        if (received.Length < size) return false;
        var frame = Rent((int)size).AsSpan(0, (int)size);
        received.Slice(0, size).CopyTo(frame);
        if (!_cipher.TryOpen(frame, Sequence)) throw new SshProtocolException(DisconnectReason.MacError, "A packet fails its integrity check.");
        var padding = frame[4];
        if (padding < 4 || padding > _length - 2) throw SshProtocolException.Protocol("The padding of a packet is out of range.");
        received = received.Slice(size);
        payload = _buffer.AsMemory(5, (int)_length - 1 - padding);
        _hasLength = false;
        BytesSinceKeys += size;
        PacketsSinceKeys++;
        Sequence = unchecked(Sequence + 1);
        if (Sequence == 0 && !HasKeys) throw SshProtocolException.Protocol("Too many packets before the first keys.");
        return true;
    }

    /// <summary>SSH_MSG_NEWKEYS was received, https://www.rfc-editor.org/rfc/rfc4253#section-7.3</summary>
    public void UseKeys(PacketCipher cipher, bool resetSequence)
    {
        _cipher.Dispose();
        _cipher = cipher;
        HasKeys = true;
        BytesSinceKeys = PacketsSinceKeys = 0;
        if (resetSequence) Sequence = 0;
    }

    /// <summary>Gives the memory back; between packets a connection holds none.</summary>
    public void Release()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    public void Dispose()
    {
        if (_buffer is not null) CryptographicOperations.ZeroMemory(_buffer);
        Release();
        _cipher.Dispose();
    }

    private bool TryReadLength(in ReadOnlySequence<byte> received)
    {
        var prefixSize = _cipher.PrefixSize;
        if (received.Length < prefixSize) return false;
        Span<byte> prefix = stackalloc byte[16];
        received.Slice(0, prefixSize).CopyTo(prefix);
        var length = _cipher.ReadLength(prefix[..prefixSize], Sequence);
        if (length < 5 || length > (uint)MaxPacketLength) throw SshProtocolException.Protocol("The length of a packet is out of range.");
        var encrypted = _cipher.LengthIsApart ? length : length + 4;
        if (encrypted % (uint)_cipher.BlockSize != 0 || encrypted < (uint)_cipher.BlockSize)
            throw SshProtocolException.Protocol("The length of a packet is not a multiple of the block size.");
        _length = length;
        _hasLength = true;
        return true;
    }

    private byte[] Rent(int size)
    {
        if (_buffer is not null && _buffer.Length >= size) return _buffer;
        Release();
        return _buffer = ArrayPool<byte>.Shared.Rent(size);
    }
}
