using System.IO.Pipelines;

namespace Granary.Frontends.Http;

/// <summary>An answer that a slow client may take its time for, as long as it takes something now and then.</summary>
internal sealed class StallPipeWriter(PipeWriter inner, TimeSpan timeout, TimeProvider time) : PipeWriter
{
    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? flush : WatchAsync(flush.AsTask());
    }

    private async ValueTask<FlushResult> WatchAsync(Task<FlushResult> flush)
    {
        try
        {
            return await flush.WaitAsync(timeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new ClientStalledException();
        }
    }
}
