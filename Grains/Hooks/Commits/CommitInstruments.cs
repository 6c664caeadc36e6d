using System.Diagnostics.Metrics;

namespace Granary.Grains.Hooks.Commits;

/// <summary>What is measured of the registration of commits.</summary>
internal static class CommitInstruments
{
    private static readonly Meter Meter = new("Granary.Commits");

    private static long _waiting;

    static CommitInstruments() => Meter.CreateObservableUpDownCounter(
        "granary.commits.waiting", static () => Interlocked.Read(ref _waiting), description: "Repositories whose commits are to be registered, or are being so.");

    public static Counter<long> Registered { get; } = Meter.CreateCounter<long>("granary.commits.registered", description: "Commits registered.");

    public static Counter<long> Failures { get; } =
        Meter.CreateCounter<long>("granary.commits.failures", description: "Runs of the registration that failed; each is tried again.");

    public static void Waiting(long count) => Interlocked.Exchange(ref _waiting, count);
}
