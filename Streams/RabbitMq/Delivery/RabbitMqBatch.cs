using Granary.Streams.Delivery;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>One message on its way to its consumers.</summary>
[GenerateSerializer, Immutable, Alias("granary.streams.RabbitMqBatch")]
internal sealed class RabbitMqBatch(long id, StreamId streamId, object item) : ICachedBatch
{
    [Id(0)]
    public long Id { get; } = id;

    [Id(1)]
    public StreamId StreamId { get; } = streamId;

    [Id(2)]
    public object Event { get; } = item;

    [field: NonSerialized]
    public Exception? Fault { get; set; }

    /// <summary>Where it came from; it stays on the silo that delivers.</summary>
    [field: NonSerialized]
    public ArrivedMessage? Arrived { get; set; }

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Id);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => Event is T item ? [Tuple.Create(item, SequenceToken)] : [];

    public bool ImportRequestContext() => false;
}
