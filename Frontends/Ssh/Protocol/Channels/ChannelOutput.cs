using System.IO.Pipelines;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>A command's standard output or error: a pipe whose other end the connection's writer asks for data.</summary>
internal sealed class ChannelOutput(Action onData) : PipeWriter
{
    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: 256 << 10, resumeWriterThreshold: 128 << 10, minimumSegmentSize: 32 << 10, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);

    public PipeReader Reader => _pipe.Reader;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _pipe.Writer.UnflushedBytes;

    public override void Advance(int bytes) => _pipe.Writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _pipe.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _pipe.Writer.GetSpan(sizeHint);

    public override void CancelPendingFlush() => _pipe.Writer.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = _pipe.Writer.FlushAsync(cancellationToken);
        onData();
        return flush;
    }

    public override void Complete(Exception? exception = null)
    {
        _pipe.Writer.Complete();
        onData();
    }
}
