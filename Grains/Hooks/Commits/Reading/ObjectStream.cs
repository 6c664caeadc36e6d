using System.Buffers.Text;
using System.Text;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Commits.Reading;

/// <summary>The answers of <c>git cat-file --batch</c>: a line <c>ID TYPE SIZE</c>, the object and a line feed; or <c>NAME missing</c>.</summary>
/// <remarks>https://git-scm.com/docs/git-cat-file#_batch_output</remarks>
internal sealed class ObjectStream(GitProcess process)
{
    private const int MaxHeader = 256;

    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;

    /// <summary>Null at the end.</summary>
    public async ValueTask<ObjectHeader?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n')) < 0)
        {
            if (_end - _start > MaxHeader) throw Malformed();
            if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return _end == _start ? null : throw Malformed();
        }

        var header = ObjectHeader.Parse(_buffer.AsSpan(_start, length));
        _start += length + 1;
        return header;
    }

    /// <summary>The first <paramref name="limit"/> bytes of an object, valid until the next call; the rest is passed over.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(long size, int limit, CancellationToken cancellationToken)
    {
        var kept = new byte[Math.Min(size, limit)];
        var length = 0;
        for (var left = size + 1; left > 0;)
        {
            if (_end == _start && !await FillAsync(cancellationToken).ConfigureAwait(false)) throw Malformed();
            var taken = (int)Math.Min(left, _end - _start);
            var copied = Math.Min(taken, kept.Length - length);
            _buffer.AsSpan(_start, copied).CopyTo(kept.AsSpan(length));
            length += copied;
            _start += taken;
            left -= taken;
        }

        return kept;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await process.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private static GitProcessException Malformed() => new("git cat-file answered something else than objects", 1);
}

/// <param name="Id">Null of an object that is missing.</param>
/// <param name="Type">As git names it.</param>
/// <param name="Size">In bytes; null of an object that is missing.</param>
internal readonly record struct ObjectHeader(ObjectId? Id, string Type, long? Size)
{
    public static ObjectHeader Parse(ReadOnlySpan<byte> line)
    {
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        return first > 0 && last > first && ObjectId.TryParse(line[..first], out var id) && Utf8Parser.TryParse(line[(last + 1)..], out long size, out _)
            ? new ObjectHeader(id, Encoding.ASCII.GetString(line[(first + 1)..last]), size)
            : default;
    }
}
