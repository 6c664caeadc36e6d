using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// Frames payloads straight into the memory they are sent from, https://www.rfc-editor.org/rfc/rfc4253#section-6. One thread at a
/// time; the writer owns it.
/// </summary>
internal sealed class PacketFramer : IDisposable
{
    private const int MinimumPadding = 4;
    private PacketCipher _cipher = new PlainCipher();
    private bool _hasKeys;

    public uint Sequence { get; private set; }

    public long BytesSinceKeys { get; private set; }

    public long PacketsSinceKeys { get; private set; }

    /// <summary>Writes a packet whose payload is <paramref name="head"/> and then <paramref name="body"/>; answers its size.</summary>
    public int Write(IBufferWriter<byte> output, ReadOnlySpan<byte> head, in ReadOnlySequence<byte> body)
    {
        var payload = head.Length + (int)body.Length;
        var block = _cipher.BlockSize;
        var counted = (_cipher.LengthIsApart ? 1 : 5) + payload;
        var padding = block - counted % block;
        if (padding < MinimumPadding) padding += block;
        var length = 1 + payload + padding;
        var size = 4 + length + _cipher.TagSize;
        var frame = output.GetSpan(size)[..size];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length);
        frame[4] = (byte)padding;
        head.CopyTo(frame[5..]);
        body.CopyTo(frame[(5 + head.Length)..]);

        // Zeros do under encryption; what is sent in the clear holds no secret.
        frame.Slice(5 + payload, padding).Clear();
        _cipher.Seal(frame, Sequence);
        output.Advance(size);
        BytesSinceKeys += size;
        PacketsSinceKeys++;
        Sequence = unchecked(Sequence + 1);
        if (Sequence == 0 && !_hasKeys) throw new CryptographicException("Too many packets before the first keys.");
        return size;
    }

    public void UseKeys(PacketCipher cipher, bool resetSequence)
    {
        _cipher.Dispose();
        _cipher = cipher;
        _hasKeys = true;
        BytesSinceKeys = PacketsSinceKeys = 0;
        if (resetSequence) Sequence = 0;
    }

    public void Dispose() => _cipher.Dispose();
}
