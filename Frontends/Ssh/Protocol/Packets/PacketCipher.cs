namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// One direction's protection of packets, https://www.rfc-editor.org/rfc/rfc4253#section-6. A frame is length, padding length,
/// payload, padding, tag; it is sealed and opened in place. Not for use by two threads.
/// </summary>
internal abstract class PacketCipher : IDisposable
{
    /// <summary>What the encrypted part of a frame is a multiple of.</summary>
    public abstract int BlockSize { get; }

    public abstract int TagSize { get; }

    /// <summary>Whether the length field is outside of the part that is a multiple of the block size.</summary>
    public abstract bool LengthIsApart { get; }

    /// <summary>How much of a frame must be there to learn its length.</summary>
    public virtual int PrefixSize => 4;

    /// <summary>Encrypts and authenticates a frame that has room for the tag at its end.</summary>
    public abstract void Seal(Span<byte> frame, uint sequence);

    /// <summary>The length field of the frame that begins with <paramref name="prefix"/>; asked once a frame.</summary>
    public abstract uint ReadLength(ReadOnlySpan<byte> prefix, uint sequence);

    /// <summary>Verifies, then decrypts; false if it was not sealed with this key for this sequence number.</summary>
    public abstract bool TryOpen(Span<byte> frame, uint sequence);

    public abstract void Dispose();
}
