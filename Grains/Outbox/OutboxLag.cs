using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

/// <summary>What this silo's outboxes have yet to deliver: how many events, and how long the oldest has waited.</summary>
internal sealed class OutboxLag : IDisposable
{
    private readonly ConcurrentDictionary<RepositoryId, (long Events, DateTimeOffset Oldest)> _behind = new();
    private readonly Meter _meter = new(OutboxInstruments.MeterName);
    private readonly TimeProvider _time;

    public OutboxLag(TimeProvider time)
    {
        _time = time;
        _meter.CreateObservableGauge("granary.outbox.lag", () => Events, description: "Accepted pushes that some kind of job has yet to get.");
        _meter.CreateObservableGauge("granary.outbox.lag.age", () => Age.TotalSeconds, "s", "How long the oldest of them has waited.");
    }

    public long Events => _behind.Values.Sum(static b => b.Events);

    public TimeSpan Age => _behind.IsEmpty ? TimeSpan.Zero : _time.GetUtcNow() - _behind.Values.Min(static b => b.Oldest);

    public void Report(RepositoryId repository, OutboxResult result)
    {
        if (result.Undelivered > 0) _behind[repository] = (result.Undelivered, result.Oldest ?? _time.GetUtcNow());
        else _behind.TryRemove(repository, out _);
    }

    public void Forget(RepositoryId repository) => _behind.TryRemove(repository, out _);

    public void Dispose() => _meter.Dispose();
}
