using Orleans.Streams;

namespace Granary.Streams.Delivery;

/// <summary>One message on its way to its consumers.</summary>
internal interface ICachedBatch : IBatchContainer
{
    /// <summary>Ascending within its queue's cache.</summary>
    long Id { get; }

    /// <summary>What the last delivery threw; it stays on the silo that delivers.</summary>
    Exception? Fault { get; set; }
}
