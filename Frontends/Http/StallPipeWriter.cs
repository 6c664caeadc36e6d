using System.IO.Pipelines;
using Granary.Frontends.Requests;

namespace Granary.Frontends.Http;

/// <summary>An answer that a slow client may take its time for, as long as it takes something now and then.</summary>
internal sealed class StallPipeWriter(PipeWriter inner, RequestMeasure measure, TimeSpan timeout, TimeProvider time) : MeasuredPipeWriter(inner, measure)
{
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
