using System.Diagnostics.Metrics;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>What is measured of housekeeping.</summary>
internal static class HousekeepingInstruments
{
    public const string Ok = "ok";
    public const string Failed = "failed";

    /// <summary>It took longer than it may.</summary>
    public const string TooLong = "too-long";

    /// <summary>The server stops.</summary>
    public const string Stopped = "stopped";

    private static readonly Meter Meter = new("Granary.Housekeeping");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "granary.housekeeping.duration", "s", "Time that housekeeping took for one repository, by scope and outcome.");

    private static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>(
        "granary.housekeeping.running", "{repository}", "Repositories being worked on.");

    /// <summary>Packs that were replaced by new ones.</summary>
    public static Counter<long> Replaced { get; } = Meter.CreateCounter<long>(
        "granary.housekeeping.replaced", "{pack}", "Packs that were replaced by new ones.");

    /// <summary>Repositories that wait.</summary>
    public static UpDownCounter<long> Queue { get; } = Meter.CreateUpDownCounter<long>(
        "granary.housekeeping.queue", "{repository}", "Repositories that wait for housekeeping after pushes or at the sweep.");

    public static void Began() => Running.Add(1);

    public static void Ended(MaintenanceScope scope, string outcome, TimeSpan elapsed)
    {
        Running.Add(-1);
        var word = scope switch
        {
            MaintenanceScope.Expiry => "expiry",
            MaintenanceScope.Recent => "recent",
            MaintenanceScope.Everything => "everything",
            _ => "one-pack",
        };
        Duration.Record(elapsed.TotalSeconds, new("scope", word), new("outcome", outcome));
    }
}
