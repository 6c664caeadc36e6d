using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.Messages;
using Granary.Streams.RabbitMq.Publishing;
using Granary.Streams.RabbitMq.Topology;
using Orleans.Streams;

namespace Granary.Streams.RabbitMq;

/// <summary>Publishes: a message is in its queue, on disk, when the call returns. Each event is a message of its own.</summary>
internal sealed class RabbitMqAdapter(
    QueueNames names, Publisher publisher, StreamMessages messages, IStreamQueueMapper mapper, Func<QueueId, IQueueAdapterReceiver> createReceiver)
    : IQueueAdapter
{
    public string Name => names.Provider;

    /// <summary>Not by token: who wants the past again asks the source of the events.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => createReceiver(queueId);

    /// <summary>
    /// One after the other: were the second accepted and the first not, the stream would be out of order. What was accepted
    /// before one that is not stays; the request context is not carried.
    /// </summary>
    /// <exception cref="StreamQueueFullException">The queue takes no more.</exception>
    /// <exception cref="BrokerUnavailableException">The broker cannot be reached, or did not confirm.</exception>
    public async Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        var queue = mapper.GetQueueForStream(streamId);
        foreach (var message in events.Select(item => messages.Write(streamId, item!)).ToList())
        {
            var routingKey = names.RoutingKey(queue, message.TypeName, streamId);
            await publisher.PublishAsync(names.Exchange, routingKey, message.Properties, message.Body);
        }
    }
}
