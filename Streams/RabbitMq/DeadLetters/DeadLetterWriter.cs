using Granary.Streams.RabbitMq.Delivery;
using Granary.Streams.RabbitMq.Messages;
using Granary.Streams.RabbitMq.Publishing;
using Granary.Streams.RabbitMq.Topology;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.DeadLetters;

/// <summary>
/// Publishes what is given up to the dead-letter exchange, as it was, with the reason. (The broker does so by itself for what
/// it gives up; its own headers, <c>x-death</c>, say why then.)
/// </summary>
internal sealed class DeadLetterWriter(Publisher publisher, QueueNames names, TimeProvider time)
{
    private const int LongestReason = 2000;

    public Task WriteAsync(ArrivedMessage message, int attempts, string reason)
    {
        var properties = new BasicProperties(message.Properties)
        {
            Persistent = true,
            Headers = new Dictionary<string, object?>(message.Properties.Headers ?? new Dictionary<string, object?>())
            {
                [MessageHeaders.Reason] = reason.Length <= LongestReason ? reason : reason[..LongestReason],
                [MessageHeaders.DeathId] = Guid.NewGuid().ToString("N"),
                [MessageHeaders.DiedAt] = time.GetUtcNow().ToUnixTimeMilliseconds(),
                [MessageHeaders.Attempts] = attempts,
                [MessageHeaders.RoutingKey] = message.RoutingKey,
            },
        };
        return publisher.PublishAsync(names.DeadExchange, names.Provider, properties, message.Body);
    }
}
