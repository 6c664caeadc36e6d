using Granary.Streams.Embedded;
using Granary.Streams.RabbitMq;

namespace Granary.Silo.Streams;

/// <summary>What carries events to the kinds of jobs: section <c>Granary:Streams</c>.</summary>
internal sealed class StreamsOptions
{
    public const string Section = "Granary:Streams";

    /// <summary>Default <see cref="StreamsProvider.Embedded"/>.</summary>
    public StreamsProvider Provider { get; set; } = StreamsProvider.Embedded;

    /// <summary>Settings of the embedded queues, except for the path.</summary>
    public EmbeddedStreamsOptions Embedded { get; set; } = new();

    /// <summary>Settings of the queues on RabbitMQ, except for the messages.</summary>
    public RabbitMqStreamsOptions RabbitMq { get; set; } = new();
}

internal enum StreamsProvider
{
    /// <summary>Queues in a file of this machine.</summary>
    Embedded = 0,

    /// <summary>Queues in a RabbitMQ.</summary>
    RabbitMq = 1,
}
