using System.Buffers;
using System.IO.Pipelines;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>A command's standard input. What the command consumed is reported, so that the client may send more.</summary>
internal sealed class ChannelInput(Action<long> onConsumed) : PipeReader
{
    /// <summary>The window bounds what is in it, so the reader of the connection never waits for it.</summary>
    private static readonly PipeOptions Options = new(pauseWriterThreshold: 0, minimumSegmentSize: 16 << 10, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private ReadOnlySequence<byte> _current;
    private bool _completed;

    /// <summary>For the connection's reader: appends received data, which the command sees with <see cref="Deliver"/>.</summary>
    public void Append(ReadOnlySpan<byte> data) => _pipe.Writer.Write(data);

    /// <summary>Wakes the command, once for all that was appended.</summary>
    public void Deliver()
    {
        var flush = _pipe.Writer.FlushAsync();
        if (!flush.IsCompleted) throw new InvalidOperationException("A channel's input is not to make its connection wait.");
        _ = flush.Result;
    }

    /// <summary>For the connection's reader: there is no more.</summary>
    public void End(Exception? exception = null) => _pipe.Writer.Complete(exception);

    public override bool TryRead(out ReadResult result)
    {
        if (!_pipe.Reader.TryRead(out result)) return false;
        _current = result.Buffer;
        return true;
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _pipe.Reader.ReadAsync(cancellationToken);
        _current = result.Buffer;
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var count = _current.Slice(_current.Start, consumed).Length;
        _current = default;
        _pipe.Reader.AdvanceTo(consumed, examined);
        if (count > 0) onConsumed(count);
    }

    public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;
        _current = default;
        _pipe.Reader.Complete(exception);
    }
}
