namespace Granary.Grains.Git.Reading.History;

/// <summary>What a walk through history may cost: section <c>Granary:Reading:History</c>.</summary>
public sealed class HistoryOptions
{
    public const string Section = "Granary:Reading:History";

    /// <summary>
    /// Commits that one call may visit, for which it needs some hundred bytes each. Default 2,000,000; a call that would need more is
    /// refused.
    /// </summary>
    public int MaxVisited { get; set; } = 2_000_000;

    /// <summary>
    /// Commits that one page may test against its filters. Default 100,000; then the page ends before it is full, with a token by
    /// which the next call goes on.
    /// </summary>
    public int MaxTested { get; set; } = 100_000;
}
