using System.Buffers.Binary;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>Before the first SSH_MSG_NEWKEYS.</summary>
internal sealed class PlainCipher : PacketCipher
{
    public override int BlockSize => 8;

    public override int TagSize => 0;

    public override bool LengthIsApart => false;

    public override void Seal(Span<byte> frame, uint sequence)
    {
    }

    public override uint ReadLength(ReadOnlySpan<byte> prefix, uint sequence) => BinaryPrimitives.ReadUInt32BigEndian(prefix);

    public override bool TryOpen(Span<byte> frame, uint sequence) => true;

    public override void Dispose()
    {
    }
}
