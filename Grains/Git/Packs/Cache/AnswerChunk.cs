using System.Buffers;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Some of an answer in memory. git's bytes are added at its end while readers copy what was published before.</summary>
internal sealed class AnswerChunk(long start, int size)
{
    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);
    private int _pins;
    private bool _isDropped;

    /// <summary>Where in the answer it begins.</summary>
    public long Start { get; } = start;

    /// <summary>The producer's: bytes that are in it, published or not.</summary>
    public int Filled { get; set; }

    public Memory<byte> Free => _bytes.AsMemory(Filled);

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Filled);

    public ReadOnlySpan<byte> Slice(long from, int length) => _bytes.AsSpan((int)(from - Start), length);

    public void Pin() => _pins++;

    public void Unpin()
    {
        _pins--;
        ReturnIfFree();
    }

    /// <summary>Nobody will look for it any more; who copies from it now finishes first.</summary>
    public void Drop()
    {
        _isDropped = true;
        ReturnIfFree();
    }

    private void ReturnIfFree()
    {
        if (_isDropped && _pins == 0) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
