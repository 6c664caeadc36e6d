using System.Diagnostics.CodeAnalysis;
using Orleans.Streams;

namespace Granary.Streams.Delivery;

/// <summary>
/// The cache of one queue. Each message is acknowledged for itself, as soon as every cursor of its stream has passed it; the
/// order within a stream is kept by holding a stream back while its first message waits for another try. Used on the
/// scheduler of the queue's pulling agent only.
/// </summary>
internal sealed class MessageCache(MessageCacheOptions options, TimeProvider time) : IQueueCache
{
    private readonly Dictionary<StreamId, StreamBacklog> _streams = [];
    private readonly PriorityQueue<CachedMessage, DateTimeOffset> _held = new();

    /// <summary>Told of what is done with, failed or given up.</summary>
    public IMessageLedger? Ledger { get; set; }

    public int Count { get; private set; }

    /// <summary>Room for further messages.</summary>
    public int Free => Math.Max(0, options.CacheSize - Count);

    public int RoomPerStream => options.CacheSizePerStream;

    /// <summary>When the next held message is due.</summary>
    public DateTimeOffset? NextDue => _held.TryPeek(out _, out var due) ? due : null;

    /// <summary>The time until then, at most <paramref name="atMost"/>.</summary>
    public TimeSpan UntilDue(TimeSpan atMost)
    {
        if (NextDue is not { } due) return atMost;
        var wait = due - time.GetUtcNow();
        return wait >= atMost ? atMost : wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1);
    }

    // The receiver looks for room itself: it must be asked even when there is none, because it also brings back what was held.
    public int GetMaxAddCount() => Math.Max(1, Free);

    public bool IsUnderPressure() => false;

    /// <summary>How many more messages of a stream are taken in.</summary>
    public int RoomOf(StreamId stream) => _streams.TryGetValue(stream, out var backlog)
        ? Math.Max(0, options.CacheSizePerStream - backlog.Messages.Count)
        : options.CacheSizePerStream;

    /// <summary>The messages themselves are put in by <see cref="Add"/>, with their history; what comes here is there already.</summary>
    public void AddToCache(IList<IBatchContainer> messages)
    {
    }

    /// <summary>False when it is there already.</summary>
    public bool Add(CachedMessage message)
    {
        var backlog = BacklogOf(message.Batch.StreamId);
        var place = backlog.Messages.FindIndex(m => m.Id >= message.Id);
        if (place >= 0 && backlog.Messages[place].Id == message.Id) return false;
        backlog.Messages.Insert(place < 0 ? backlog.Messages.Count : place, message);
        Count++;
        return true;
    }

    /// <summary>Held messages whose pause is over: passing them to the agent again wakes their streams.</summary>
    public IReadOnlyList<ICachedBatch> TakeDue()
    {
        List<ICachedBatch>? due = null;
        var now = time.GetUtcNow();
        while (_held.TryPeek(out var message, out var at) && at <= now)
        {
            _held.Dequeue();
            (due ??= []).Add(message.Batch);
        }

        return due ?? (IReadOnlyList<ICachedBatch>)[];
    }

    /// <summary>Nothing is handed back this way. When it is asked, no stream is being registered: one without a cursor has no consumer.</summary>
    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = null;
        foreach (var backlog in _streams.Values.Where(static s => s.Cursors.Count == 0).ToList())
        {
            foreach (var message in backlog.Messages) Ledger?.GiveUp(message, "nobody subscribes to the stream");
            Count -= backlog.Messages.Count;
            _streams.Remove(backlog.Stream);
        }

        return false;
    }

    /// <summary>At the first message that is not settled, whatever the token: streams are not rewindable, so consumers have none.</summary>
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var backlog = BacklogOf(streamId);
        var cursor = new MessageCursor(this, backlog);
        backlog.Cursors.Add(cursor);
        return cursor;
    }

    /// <summary>The next message after an id, unless it is held.</summary>
    public CachedMessage? FindNext(StreamBacklog backlog, long done)
    {
        var next = backlog.Messages.Find(m => m.Id > done && !m.IsDead);
        return next is null || next.HeldUntil > time.GetUtcNow() ? null : next;
    }

    /// <summary>Acknowledges what every cursor has passed.</summary>
    public void Settle(StreamBacklog backlog)
    {
        var done = backlog.Cursors.Min(static c => c.Done);
        var settled = 0;
        foreach (var message in backlog.Messages)
        {
            if (message.Id > done) break;
            if (!message.IsDead) Ledger?.Acknowledge(message);
            settled++;
        }

        if (settled == 0) return;
        backlog.Messages.RemoveRange(0, settled);
        Count -= settled;
    }

    /// <summary>True when the message is given up, false when it is held for another try.</summary>
    public bool Fail(CachedMessage message)
    {
        message.Attempts++;
        var reason = Reason(message.Batch.Fault);
        if (message.Attempts >= options.DeliveryLimit)
        {
            message.IsDead = true;
            Ledger?.GiveUp(message, reason);
            return true;
        }

        var pause = options.MinRetryDelay * Math.Pow(2, Math.Min(30, message.Attempts - 1));
        message.HeldUntil = time.GetUtcNow() + (pause < options.MaxRetryDelay ? pause : options.MaxRetryDelay);
        _held.Enqueue(message, message.HeldUntil);
        Ledger?.Fail(message);
        return false;
    }

    /// <summary>Text of a consumer, cut to a bounded length.</summary>
    private static string Reason(Exception? fault)
    {
        const int longest = 2000;
        var text = fault is null ? "the delivery failed" : $"{fault.GetType().Name}: {fault.Message}";
        return text.Length <= longest ? text : text[..longest];
    }

    private StreamBacklog BacklogOf(StreamId stream)
    {
        if (!_streams.TryGetValue(stream, out var backlog)) _streams.Add(stream, backlog = new StreamBacklog(stream));
        return backlog;
    }
}
