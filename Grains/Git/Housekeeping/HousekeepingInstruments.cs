using System.Diagnostics.Metrics;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>What is measured of housekeeping.</summary>
internal static class HousekeepingInstruments
{
    private static readonly Meter Meter = new("Granary.Housekeeping");

    /// <summary>How long runs took; the tag <c>outcome</c> is <c>ok</c> or <c>failed</c>.</summary>
    public static Histogram<double> Duration { get; } =
        Meter.CreateHistogram<double>("granary.housekeeping.duration", "s", "Time that housekeeping took for one repository.");
}
