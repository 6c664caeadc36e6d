using System.Buffers;
using System.IO.Pipelines;

namespace Granary.Frontends.Requests;

/// <summary>Counts what is consumed of a request.</summary>
public class MeasuredPipeReader(PipeReader inner, RequestMeasure measure) : PipeReader
{
    private ReadOnlySequence<byte> _current;

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        _current = result.Buffer;
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Keep(read.Result)) : KeepAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_current.IsEmpty) measure.Received += _current.Slice(_current.Start, consumed).Length;
        _current = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> read) => Keep(await read.ConfigureAwait(false));

    private ReadResult Keep(ReadResult result)
    {
        _current = result.Buffer;
        return result;
    }
}
