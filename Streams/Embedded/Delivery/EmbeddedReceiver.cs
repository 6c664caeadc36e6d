using Granary.Streams.Delivery;
using Granary.Streams.Embedded.Files;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Streams;

namespace Granary.Streams.Embedded.Delivery;

/// <summary>
/// Brings the messages of one queue to its pulling agent. It waits for them where the agent asks, and is woken by what is
/// published: a message does not wait for the next poll.
/// </summary>
internal sealed partial class EmbeddedReceiver(
    string queue, QueueFile file, MessageCache cache, MessageLedger ledger, Serializer serializer, EmbeddedStreamsOptions options,
    TimeProvider time, ILogger<EmbeddedReceiver> logger)
    : IQueueAdapterReceiver
{
    /// <summary>How long a reader that another took the queue from waits before it takes it back, in case the other died.</summary>
    private static readonly TimeSpan Reclaim = TimeSpan.FromSeconds(10);

    private readonly QueueReader _reader = new(queue, file, cache);
    private readonly Signal _signal = new();
    private long _epoch;
    private long _lostAt;

    public Task Initialize(TimeSpan timeout)
    {
        ledger.Signal = _signal;
        file.AddReader(queue, _signal);
        return ClaimAsync();
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (_epoch == 0) await ClaimAsync();
        var began = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (cache.TakeDue() is { Count: > 0 } due) return [.. due];
            if (cache.Free > 0 && await ReadAsync() is { Count: > 0 } read) return read;
            var left = options.PollInterval - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) break;
            await _signal.WaitAsync(cache.UntilDue(left), time, cancellationToken);
        }

        return [];
    }

    /// <summary>Nothing to do: the cache acknowledges each message itself.</summary>
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        file.RemoveReader(queue, _signal);
        await ledger.FlushAsync().WaitAsync(timeout, time);
    }

    private async Task ClaimAsync()
    {
        _epoch = await file.WriteAsync(session => session.Claim(queue));
        _lostAt = 0;
        _reader.Reset();
    }

    private async Task<IList<IBatchContainer>> ReadAsync()
    {
        if (await _reader.ReadAsync(_epoch) is not { } stored)
        {
            if (_lostAt == 0) _lostAt = time.GetTimestamp();
            else if (time.GetElapsedTime(_lostAt) > Reclaim) await ClaimAsync();
            return [];
        }

        var batches = new List<IBatchContainer>(stored.Count);
        foreach (var message in stored)
        {
            if (ledger.IsSettled(message.Id) || Decode(message) is not { } cached || !cache.Add(cached)) continue;
            batches.Add(cached.Batch);
        }

        return batches;
    }

    /// <summary>Null for what cannot be read: it becomes a dead letter, for no delivery will ever succeed.</summary>
    private CachedMessage? Decode(StoredMessage message)
    {
        try
        {
            var body = serializer.Deserialize<EmbeddedBody>(message.Body) ?? throw new FormatException("The body is empty.");
            var batch = new EmbeddedBatch(message.Id, message.Stream, body);
            return new CachedMessage(batch, message.Attempts);
        }
#pragma warning disable CA1031 // Whatever a damaged or foreign body makes of the deserialiser.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogUndecodable(exception, message.Id, queue);
            ledger.GiveUp(message.Id, message.Attempts, $"cannot be decoded: {exception.GetType().Name}: {exception.Message}");
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of queue {Queue} cannot be decoded and is now a dead letter.")]
    private partial void LogUndecodable(Exception exception, long id, string queue);
}
