using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Granary.Streams.RabbitMq;

/// <summary>How many messages wait in the queues that this silo reads, by provider: in the broker and in memory.</summary>
internal sealed class QueueLag : IDisposable
{
    private readonly ConcurrentDictionary<(string Provider, string Queue), long> _waiting = new();
    private readonly Meter _meter = new(RabbitMqInstruments.MeterName);

    public QueueLag() => _meter.CreateObservableGauge(
        "granary.streams.lag",
        () => _waiting
            .GroupBy(static w => w.Key.Provider)
            .Select(static p => new Measurement<long>(p.Sum(static w => w.Value), RabbitMqInstruments.Tag(p.Key))),
        description: "Messages that are not acknowledged, in the queues that this silo reads.");

    public void Report(string provider, string queue, long messages) => _waiting[(provider, queue)] = messages;

    public void Forget(string provider, string queue) => _waiting.TryRemove((provider, queue), out _);

    public IReadOnlyList<KeyValuePair<string, long>> Of(string provider) =>
    [
        .. _waiting.Where(w => w.Key.Provider == provider).Select(static w => KeyValuePair.Create(w.Key.Queue, w.Value))
            .OrderBy(static q => q.Key, StringComparer.Ordinal),
    ];

    public void Dispose() => _meter.Dispose();
}
