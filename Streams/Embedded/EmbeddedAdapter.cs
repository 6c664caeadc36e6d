using Granary.Streams.Delivery;
using Granary.Streams.Embedded.Delivery;
using Granary.Streams.Embedded.Files;
using Orleans.Serialization;
using Orleans.Streams;

namespace Granary.Streams.Embedded;

/// <summary>Publishes: a message is in the file, on disk, when the call returns. Each event is a message of its own.</summary>
internal sealed class EmbeddedAdapter(
    string name, QueueFile file, IStreamQueueMapper mapper, Func<QueueId, IQueueAdapterReceiver> createReceiver, Serializer serializer,
    EmbeddedStreamsOptions options, TimeProvider time)
    : IQueueAdapter
{
    public string Name => name;

    /// <summary>Not by token: who wants the past again asks the source of the events.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => createReceiver(queueId);

    /// <summary>All events or none, in one transaction.</summary>
    /// <exception cref="StreamQueueFullException">The queue is as long as it may be.</exception>
    public async Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        var bodies = new List<byte[]>();
        foreach (var item in events)
        {
            var body = serializer.SerializeToArray(new EmbeddedBody(item!, requestContext));
            if (body.Length > options.MaxMessageSize)
                throw new ArgumentException($"An event of {body.Length} bytes is more than the {options.MaxMessageSize} of MaxMessageSize.", nameof(events));
            bodies.Add(body);
        }

        if (bodies.Count == 0) return;
        var queue = mapper.GetQueueForStream(streamId).ToString();
        var now = time.GetUtcNow();
        if (!await file.WriteAsync(session => session.Insert(queue, streamId, now, bodies, options.MaxQueueLength)))
            throw new StreamQueueFullException(queue, options.MaxQueueLength);
        EmbeddedInstruments.Published.Add(bodies.Count, EmbeddedInstruments.Tag(name));
        file.Wake(queue);
    }
}
