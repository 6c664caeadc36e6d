using System.IO.Pipelines;

namespace Granary.Frontends.Requests;

/// <summary>An answer that a slow client may take its time for, as long as it takes something now and then.</summary>
public sealed class StallPipeWriter(PipeWriter inner, RequestMeasure measure, TimeSpan timeout, TimeProvider time) : MeasuredPipeWriter(inner, measure)
{
    /// <exception cref="ClientStalledException">It took nothing for too long.</exception>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = base.FlushAsync(cancellationToken);
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
