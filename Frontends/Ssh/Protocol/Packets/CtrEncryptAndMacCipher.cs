using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>AES-CTR with a MAC over the plain frame; the length is in the first encrypted block. For older clients.</summary>
internal sealed class CtrEncryptAndMacCipher(CtrKeyStream stream, PacketMac mac) : PacketCipher
{
    private const int Block = 16;
    private readonly byte[] _first = new byte[Block];

    public override int BlockSize => Block;

    public override int TagSize => mac.Size;

    public override bool LengthIsApart => false;

    public override int PrefixSize => Block;

    public override void Seal(Span<byte> frame, uint sequence)
    {
        var plain = frame[..^mac.Size];
        mac.Compute(plain, sequence, frame[^mac.Size..]);
        stream.Apply(plain);
    }

    public override uint ReadLength(ReadOnlySpan<byte> prefix, uint sequence)
    {
        prefix.CopyTo(_first);
        stream.Apply(_first);
        return BinaryPrimitives.ReadUInt32BigEndian(_first);
    }

    public override bool TryOpen(Span<byte> frame, uint sequence)
    {
        var plain = frame[..^mac.Size];
        _first.CopyTo(plain);
        stream.Apply(plain[Block..]);
        return mac.Verify(plain, sequence, frame[^mac.Size..]);
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(_first);
        stream.Dispose();
        mac.Dispose();
    }
}
