using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Granary.Streams.Embedded;

/// <summary>How many messages wait in the file, by provider; it is asked when somebody reads the metrics.</summary>
internal sealed class EmbeddedLag : IDisposable
{
    /// <summary>Whoever reads the metrics is not kept for longer by a volume that hangs; the figure is left out then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, EmbeddedQueueLengths> _watched = new(StringComparer.Ordinal);
    private readonly Meter _meter = new(EmbeddedInstruments.MeterName);

    public EmbeddedLag() => _meter.CreateObservableGauge(
        "granary.streams.lag", Read, description: "Messages that are not acknowledged, in the queues that this silo reads.");

    public void Watch(EmbeddedQueueLengths lengths) => _watched[lengths.Provider] = lengths;

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Read()
    {
        foreach (var (provider, lengths) in _watched)
        {
            var reading = lengths.ReadAsync(CancellationToken.None);
            if (((IAsyncResult)reading).AsyncWaitHandle.WaitOne(Patience) && reading.IsCompletedSuccessfully)
                yield return new Measurement<long>(reading.Result.Sum(static q => q.Value), EmbeddedInstruments.Tag(provider));
        }
    }
}
