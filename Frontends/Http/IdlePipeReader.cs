using System.IO.Pipelines;

namespace Granary.Frontends.Http;

/// <summary>A request body that may be slow but not silent: a read that brings nothing for too long ends the request.</summary>
internal sealed class IdlePipeReader(PipeReader inner, TimeSpan timeout, TimeProvider time) : PipeReader
{
    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (inner.TryRead(out var ready)) return ready;
        using var idle = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ClientStalledException();
        }
    }
}

/// <summary>The client neither sent nor took anything for too long.</summary>
internal sealed class ClientStalledException : Exception;
