using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Git.Objects;

/// <summary>A pack from an offset on, read in pieces that fit the object.</summary>
internal sealed class PackStream(SafeFileHandle pack, long offset, long size) : Stream
{
    /// <summary>zlib asks for 8 KiB at a time; most objects take less.</summary>
    private readonly int _piece = (int)Math.Clamp(size + 64, 256, 8192);
    private long _position = offset;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(pack, buffer[..Math.Min(buffer.Length, _piece)], _position);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
