using System.Diagnostics.Metrics;

namespace Granary.Grains.Repositories;

/// <summary>What is measured of repositories; a repository's name is no tag, there are too many.</summary>
internal static class RepositoryInstruments
{
    private static readonly Meter Meter = new("Granary.Repositories");

    /// <summary>How long pushes held their repository's turn: the time others of the same repository wait.</summary>
    public static Histogram<double> PushTurnDuration { get; } = Meter.CreateHistogram<double>(
        "granary.push.turn.duration", "s", "Time a push held the turn of its repository.");
}
