using System.Buffers.Binary;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// AES-CTR with an -etm@openssh.com MAC: the length stays readable and the MAC covers the encrypted frame,
/// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL section 1.5.
/// </summary>
internal sealed class CtrEncryptThenMacCipher(CtrKeyStream stream, PacketMac mac) : PacketCipher
{
    public override int BlockSize => 16;

    public override int TagSize => mac.Size;

    public override bool LengthIsApart => true;

    public override void Seal(Span<byte> frame, uint sequence)
    {
        var signed = frame[..^mac.Size];
        stream.Apply(signed[4..]);
        mac.Compute(signed, sequence, frame[^mac.Size..]);
    }

    public override uint ReadLength(ReadOnlySpan<byte> prefix, uint sequence) => BinaryPrimitives.ReadUInt32BigEndian(prefix);

    public override bool TryOpen(Span<byte> frame, uint sequence)
    {
        var signed = frame[..^mac.Size];
        if (!mac.Verify(signed, sequence, frame[^mac.Size..])) return false;
        stream.Apply(signed[4..]);
        return true;
    }

    public override void Dispose()
    {
        stream.Dispose();
        mac.Dispose();
    }
}
