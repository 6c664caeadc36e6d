using System.Buffers;
using System.IO.Pipelines;
using Granary.V1;

namespace Granary.Frontends.Rpc.Archives;

/// <summary>
/// The bytes of an archive as the messages of a stream. The first one goes with the first bytes, so that a call that is refused before has
/// none.
/// </summary>
internal sealed class ArchivePieces(GetArchiveResponse first, Func<GetArchiveResponse, Task> send) : PipeWriter
{
    private const int Piece = 64 << 10;

    private readonly ArrayBufferWriter<byte> _buffer = new(Piece);
    private bool _hasBegun;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _buffer.WrittenCount;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public override void Advance(int bytes) => _buffer.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!_hasBegun) await send(first);
        _hasBegun = true;
        for (var at = 0; at < _buffer.WrittenCount; at += Piece)
            await send(ArchiveMessages.From(_buffer.WrittenSpan[at..Math.Min(at + Piece, _buffer.WrittenCount)]));
        _buffer.ResetWrittenCount();
        return default;
    }

    public override void CancelPendingFlush() => throw new NotSupportedException();

    public override void Complete(Exception? exception = null)
    {
        // The call is the stream's end.
    }
}
