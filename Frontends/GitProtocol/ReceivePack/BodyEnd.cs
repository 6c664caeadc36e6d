using System.IO.Pipelines;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>A reader that tells once when its stream has ended.</summary>
internal sealed class BodyEnd(PipeReader inner, Action ended) : PipeReader
{
    private Action? _ended = ended;

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Look(await inner.ReadAsync(cancellationToken).ConfigureAwait(false));

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        if (read) Look(result);
        return read;
    }

    private ReadResult Look(ReadResult result)
    {
        if (result.IsCompleted) Interlocked.Exchange(ref _ended, null)?.Invoke();
        return result;
    }
}
