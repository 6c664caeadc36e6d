namespace Granary.Streams.Delivery;

/// <summary>An operator's view of the queues of one stream provider. Every provider registers one of its own.</summary>
public interface IQueueLengths
{
    /// <summary>The stream provider's name.</summary>
    string Provider { get; }

    /// <summary>The messages of each queue that are not acknowledged, by the queue's name.</summary>
    Task<IReadOnlyList<KeyValuePair<string, long>>> ReadAsync(CancellationToken cancellationToken);
}
