using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Messages;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>
/// Brings the messages of one queue to its pulling agent. It waits for them where the agent asks, and is woken by what
/// arrives: a message does not wait for the next poll.
/// </summary>
internal sealed partial class RabbitMqReceiver(
    string queue, QueueConsumer consumer, MessageCache cache, KnownMessages known, BrokerLedger ledger, Signal signal,
    StreamMessages messages, TimeProvider time, ILogger<RabbitMqReceiver> logger)
    : IQueueAdapterReceiver
{
    /// <summary>Messages are handed on before the next ones are decoded.</summary>
    private const int MaxRead = 256;

    /// <summary>How long the agent is kept waiting; only its own shutdown depends on it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private long _lastId;

    public Task Initialize(TimeSpan timeout)
    {
        consumer.Start();
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (cache.TakeDue() is { Count: > 0 } due) return [.. due];
            if (Read() is { Count: > 0 } read) return read;
            var left = LongestWait - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) break;
            await signal.WaitAsync(cache.UntilDue(left), time, cancellationToken);
        }

        return [];
    }

    /// <summary>Nothing to do: the cache acknowledges each message itself.</summary>
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => consumer.StopAsync(timeout);

    private List<IBatchContainer> Read()
    {
        var batches = new List<IBatchContainer>();
        while (batches.Count < MaxRead && consumer.TryTake(out var message))
        {
            if (!known.Add(message!) || Decode(message!) is not { } batch || !cache.Add(new CachedMessage(batch, 0))) continue;
            batches.Add(batch);
        }

        return batches;
    }

    /// <summary>Null for what cannot be read: it becomes a dead letter, for no delivery will ever succeed.</summary>
    private RabbitMqBatch? Decode(ArrivedMessage message)
    {
        try
        {
            var (stream, item) = messages.Read(message.Properties, message.Body);

            // Only ascending in this cache: the streams are not rewindable, nobody compares them with those of another reader.
            return new RabbitMqBatch(++_lastId, stream, item) { Arrived = message };
        }
#pragma warning disable CA1031 // Whatever a damaged or foreign body makes of its reader.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogUndecodable(exception, queue);
            ledger.GiveUp(message, 0, $"cannot be decoded: {exception.GetType().Name}: {exception.Message}");
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of queue {Queue} cannot be decoded and becomes a dead letter.")]
    private partial void LogUndecodable(Exception exception, string queue);
}
