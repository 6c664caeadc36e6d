namespace Granary.Grains.Git.Reading.Contributors;

/// <summary>What a list of contributors may cost: section <c>Granary:Reading:Contributors</c>.</summary>
public sealed class ContributorOptions
{
    public const string Section = "Granary:Reading:Contributors";

    /// <summary>Commits of which the author is counted. Default 1,000,000; those that were made before are left out, and the list says so.</summary>
    public int MaxCommits { get; set; } = 1_000_000;

    /// <summary>
    /// Different authors, as they are written in commits, that one list tells apart. Default 100,000, which take some 200 bytes each; the
    /// commits of further ones are left out, and the list says so.
    /// </summary>
    public int MaxAuthors { get; set; } = 100_000;

    /// <summary>Bytes of the largest <c>.mailmap</c> that is honoured. Default 1 MiB.</summary>
    public int MaxMailmapSize { get; set; } = 1 << 20;

    /// <summary>Contributors in lists that are remembered, by the commit that was asked about. Default 200,000.</summary>
    public int CacheSize { get; set; } = 200_000;
}
