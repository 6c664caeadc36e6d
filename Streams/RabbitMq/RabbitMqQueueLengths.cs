using Granary.Streams.Delivery;

namespace Granary.Streams.RabbitMq;

/// <summary>The queues of one provider that this silo reads, as they were last measured (<see cref="RabbitMqStreamsOptions.LagPeriod"/>).</summary>
internal sealed class RabbitMqQueueLengths(string provider, QueueLag lag) : IQueueLengths
{
    public string Provider => provider;

    public Task<IReadOnlyList<KeyValuePair<string, long>>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(lag.Of(provider));
}
