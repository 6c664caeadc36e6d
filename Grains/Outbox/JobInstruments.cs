using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

/// <summary>What is measured of jobs; the kind is the one tag.</summary>
internal static class JobInstruments
{
    private const string KindTag = "kind";

    private static readonly Meter Meter = new("Granary.Jobs");

    private static readonly ConcurrentDictionary<string, JobCounts> All = new(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, Func<bool>> Paused = new(StringComparer.Ordinal);

    private static readonly Histogram<double> Delay = Meter.CreateHistogram(
        "granary.jobs.delay", "s", "From the ref update to the start of the job.", null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.15, 0.3, 1, 3, 10, 60, 600, 3600],
        });

    static JobInstruments()
    {
        Meter.CreateObservableUpDownCounter("granary.jobs.running", static () => Read(static c => c.Running), description: "Jobs that run now.");
        Meter.CreateObservableCounter("granary.jobs.succeeded", static () => Read(static c => c.Succeeded), description: "Jobs done.");
        Meter.CreateObservableCounter("granary.jobs.failed", static () => Read(static c => c.Failed), description: "Runs that failed; each may be tried again.");
        Meter.CreateObservableGauge(
            "granary.jobs.paused",
            static () => Paused.Select(static p => new Measurement<long>(p.Value() ? 1 : 0, new KeyValuePair<string, object?>(KindTag, p.Key))),
            description: "1 for a kind that an operator holds up, otherwise 0.");
    }

    /// <summary>How it is known whether a kind is held up.</summary>
    public static void Watch(string kind, Func<bool> isPaused) => Paused[kind] = isPaused;

    public static JobCounts Of(string kind) => All.GetOrAdd(kind, static _ => new JobCounts());

    /// <summary>A job of the kind begins with an event; it ends when what is returned is disposed.</summary>
    public static JobRun Start(string kind, PushEvent pushed, TimeProvider time)
    {
        Delay.Record((time.GetUtcNow() - pushed.Time).TotalSeconds, new KeyValuePair<string, object?>(KindTag, kind));
        return Of(kind).Start();
    }

    private static IEnumerable<Measurement<long>> Read(Func<JobCounts, long> count) =>
        All.Select(pair => new Measurement<long>(count(pair.Value), new KeyValuePair<string, object?>(KindTag, pair.Key)));
}
