using System.Diagnostics.Metrics;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>What is measured of pushes.</summary>
internal static class PushInstruments
{
    private static readonly Meter Meter = new("Granary.Pushes");

    private static readonly Counter<long> Pushes = Meter.CreateCounter<long>("granary.pushes", "{push}", "Pushes by what became of them.");

    /// <param name="protocol">What carried it, one of a few words.</param>
    /// <param name="outcome">One of a few words.</param>
    public static void Ended(string protocol, string outcome) => Pushes.Add(1, new("protocol", protocol), new("outcome", outcome));

    /// <summary>The pack was refused: broken, too large, against the rules of fsck, or the volume took no more.</summary>
    public const string PackRefused = "pack-refused";

    /// <summary>It ended before there was anything to report: the client went away, broke the protocol or was told to try again, or the server failed.</summary>
    public const string BrokenOff = "broken-off";

    public static string OutcomeOf(IReadOnlyList<CommandResult> results)
    {
        var accepted = results.Count(static r => r.IsOk);
        if (accepted > 0) return accepted == results.Count ? "accepted" : "partly-accepted";

        // Of an atomic push most refs only repeat that another one was refused.
        return results.FirstOrDefault(static r => r.Status != RefUpdateStatus.NotAttempted)?.Status switch
        {
            null => "failed",
            RefUpdateStatus.LockFailure => "stale",
            _ => "refused",
        };
    }
}
