namespace Granary.Grains.Git.Reading.Blame;

/// <summary>What a blame may cost: section <c>Granary:Reading:Blame</c>.</summary>
public sealed class BlameOptions
{
    public const string Section = "Granary:Reading:Blame";

    /// <summary>Bytes of the largest file whose lines are looked for. Default 8 MiB. Where an older form of a file is larger, the search ends.</summary>
    public int MaxFileSize { get; set; } = 8 << 20;

    /// <summary>Lines of the longest file whose lines are looked for. Default 500,000.</summary>
    public int MaxLines { get; set; } = 500_000;

    /// <summary>Commits that one search visits. Default 1,000,000; lines that were not found by then are said to be incomplete.</summary>
    public int MaxCommits { get; set; } = 1_000_000;

    /// <summary>How long one search may take, with the time that it waits for its turns. Default 1 min; then it ends as by <see cref="MaxCommits"/>.</summary>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromMinutes(1);
}
