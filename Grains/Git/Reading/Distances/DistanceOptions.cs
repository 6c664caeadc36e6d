namespace Granary.Grains.Git.Reading.Distances;

/// <summary>What it may cost to tell how far branches are from the default one: section <c>Granary:Distances</c>.</summary>
public sealed class DistanceOptions
{
    public const string Section = "Granary:Distances";

    /// <summary>Pairs of commits whose distance is kept in memory, about 200 bytes each. Default 50,000.</summary>
    public int Cached { get; set; } = 50_000;

    /// <summary>Commits that are walked for one distance; two that are farther apart are not counted. Default 20,000.</summary>
    public int MaxWalk { get; set; } = 20_000;

    /// <summary>How long one call counts; it answers with what it has then. Default 2 s.</summary>
    public TimeSpan CountingTime { get; set; } = TimeSpan.FromSeconds(2);
}
