using System.Diagnostics.Metrics;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>What is measured of the pack cache.</summary>
internal static class PackCacheInstruments
{
    private static readonly Meter Meter = new("Granary.PackCache");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "granary.pack_cache.requests", "{request}", "Fetches by how they were answered: hit (a kept file), joined (another's git), miss (a git of their own).");

    private static readonly Counter<long> Evictions = Meter.CreateCounter<long>(
        "granary.pack_cache.evictions", "{file}", "Kept answers that were removed, by reason: space, age, gone (the repository), fault.");

    /// <summary>Bytes sent to clients that no git was started for.</summary>
    public static Counter<long> Spared { get; } =
        Meter.CreateCounter<long>("granary.pack_cache.spared", "By", "Bytes of answers that no git was started for.");

    /// <summary>Bytes of files now.</summary>
    public static UpDownCounter<long> Size { get; } = Meter.CreateUpDownCounter<long>("granary.pack_cache.size", "By", "Bytes in the cache's files.");

    public static void Answered(string outcome) => Requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public static void Evicted(string reason) => Evictions.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
