using System.IO.Pipelines;
using Granary.Frontends.Requests;

namespace Granary.Frontends.Http;

/// <summary>A request body that may be slow but not silent: a read that brings nothing for too long ends the request.</summary>
internal sealed class IdlePipeReader(PipeReader inner, RequestMeasure measure, TimeSpan timeout, TimeProvider time) : MeasuredPipeReader(inner, measure)
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var ready)) return ready;
        using var idle = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        try
        {
            return await base.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ClientStalledException();
        }
    }
}
