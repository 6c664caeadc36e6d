using Granary.Streams.Delivery;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Granary.Streams.Embedded.Delivery;

/// <summary>One message on its way to its consumers.</summary>
[GenerateSerializer, Immutable, Alias("granary.streams.EmbeddedBatch")]
internal sealed class EmbeddedBatch(long id, StreamId streamId, EmbeddedBody body) : ICachedBatch
{
    [Id(0)]
    public long Id { get; } = id;

    [Id(1)]
    public StreamId StreamId { get; } = streamId;

    [Id(2)]
    public EmbeddedBody Body { get; } = body;

    /// <summary>What the last delivery threw; it stays on the silo that delivers.</summary>
    [field: NonSerialized]
    public Exception? Fault { get; set; }

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Id);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        Body.Event is T item ? [Tuple.Create(item, SequenceToken)] : [];

    public bool ImportRequestContext()
    {
        if (Body.RequestContext is null) return false;
        RequestContextExtensions.Import(Body.RequestContext);
        return true;
    }
}

/// <summary>What is serialised into the file.</summary>
[GenerateSerializer, Immutable, Alias("granary.streams.EmbeddedBody")]
internal sealed record EmbeddedBody([property: Id(0)] object Event, [property: Id(1)] Dictionary<string, object>? RequestContext);
