using Orleans.Streams;

namespace Granary.Streams.Delivery;

/// <summary>
/// Where one subscription of a stream is. Moving on says that the consumer is done with the message before, unless its
/// delivery was recorded as failed: then the same message comes again, once its pause is over.
/// </summary>
internal sealed class MessageCursor(MessageCache cache, StreamBacklog backlog) : IQueueCacheCursor
{
    private CachedMessage? _current;
    private bool _failed;

    /// <summary>Every message up to this id is done with.</summary>
    public long Done { get; private set; }

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current?.Batch;
    }

    public bool MoveNext()
    {
        if (_current is { } before && !_failed)
        {
            Done = before.Id;
            cache.Settle(backlog);
        }

        _failed = false;
        _current = cache.FindNext(backlog, Done);
        return _current is not null;
    }

    public void Refresh(StreamSequenceToken token)
    {
        // The cursor looks into the backlog itself each time.
    }

    public void RecordDeliveryFailure()
    {
        if (_current is not { } message) return;
        _failed = true;
        if (!cache.Fail(message)) return;
        Done = message.Id;
        cache.Settle(backlog);
    }

    public void Dispose()
    {
        _current = null;
        backlog.Cursors.Remove(this);
        if (backlog.Cursors.Count > 0) cache.Settle(backlog);
    }
}
