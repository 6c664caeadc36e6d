using System.Diagnostics.Metrics;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

/// <summary>What is measured of jobs; the kind is the one tag.</summary>
internal static class JobInstruments
{
    private static readonly Meter Meter = new("Granary.Jobs");

    private static readonly Histogram<double> Delay = Meter.CreateHistogram(
        "granary.jobs.delay", "s", "From the ref update to the start of the job.", null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.15, 0.3, 1, 3, 10, 60, 600, 3600],
        });

    /// <summary>A job of the kind begins with an event.</summary>
    public static void Started(string kind, PushEvent pushed, TimeProvider time) =>
        Delay.Record((time.GetUtcNow() - pushed.Time).TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
}
