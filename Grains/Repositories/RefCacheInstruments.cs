using System.Diagnostics.Metrics;

namespace Granary.Grains.Repositories;

/// <summary>What is measured of the silo's snapshots of refs.</summary>
internal static class RefCacheInstruments
{
    private static readonly Meter Meter = new("Granary.RefCache");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "granary.ref_cache.requests", "{request}", "Requests for a repository's refs: hit (the copy at hand still held), miss (refs were brought), failed.");

    private static readonly Counter<long> Checks = Meter.CreateCounter<long>(
        "granary.ref_cache.checks", "{check}", "Questions to the repository's grain whether a copy still holds; requests share them. same, newer, or foreign (another program wrote).");

    public static void Answered(string outcome) => Requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public static void Checked(string outcome) => Checks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
