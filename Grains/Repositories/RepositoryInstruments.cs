using System.Diagnostics.Metrics;
using Granary.Repositories;

namespace Granary.Grains.Repositories;

/// <summary>What is measured of repositories; a repository's name is no tag, there are too many.</summary>
internal static class RepositoryInstruments
{
    private static readonly Meter Meter = new("Granary.Repositories");

    private static readonly Histogram<double> TurnDuration = Meter.CreateHistogram<double>(
        "granary.push.turn.duration", "s", "Time a push held the turn of its repository.");

    private static readonly Counter<long> Refs = Meter.CreateCounter<long>("granary.push.refs", "{ref}", "Refs of pushes that came to their turn, by what became of them.");

    private static readonly UpDownCounter<long> OpenWatches = Meter.CreateUpDownCounter<long>("granary.watches", "{watch}", "Clients that watch a repository now.");

    private static readonly KeyValuePair<string, object?>[] Statuses =
    [
        new("status", "not-attempted"), new("status", "ok"), new("status", "non-fast-forward"), new("status", "no-delete"),
        new("status", "missing-object"), new("status", "refused"), new("status", "stale"),
    ];

    /// <summary>How long a push held its repository's turn: the time others of the same repository wait.</summary>
    public static void Turn(TimeSpan time) => TurnDuration.Record(time.TotalSeconds);

    public static void Watches(int change) => OpenWatches.Add(change);

    public static void Decided(IReadOnlyList<RefUpdateResult> results)
    {
        Span<int> counts = stackalloc int[Statuses.Length];
        foreach (var result in results) counts[(int)result.Status]++;
        for (var status = 0; status < counts.Length; status++)
        {
            if (counts[status] > 0) Refs.Add(counts[status], Statuses[status]);
        }
    }
}
