namespace Granary.Git.Reading.History;

/// <summary>Which commits are wanted.</summary>
/// <param name="Revision">A revision, <c>A..B</c> or <c>A...B</c>.</param>
/// <param name="PageSize">The most commits of one page.</param>
public sealed record HistoryQuery(string Revision, int PageSize)
{
    public const int DefaultPageSize = 50;
    public const int MaxPageSize = 10_000;

    /// <summary>Only commits that changed this file, or something in this folder; the root: all.</summary>
    public GitPath Path { get; init; } = GitPath.Root;

    /// <summary>Follow the path over renames.</summary>
    public bool FollowsRenames { get; init; }

    /// <summary>A part of <c>Name &lt;mail&gt;</c> of the author, in any case of letters; empty: anybody.</summary>
    public string Author { get; init; } = "";

    /// <summary>A part of a line of the message, in any case of letters; empty: any.</summary>
    public string Text { get; init; } = "";

    /// <summary>The walk ends at commits that were made before, in seconds since 1970.</summary>
    public long? Since { get; init; }

    /// <summary>Only commits that were made at this time or before, in seconds since 1970.</summary>
    public long? Until { get; init; }

    /// <summary>Of merges, only the first parent is followed.</summary>
    public bool FirstParentOnly { get; init; }

    /// <summary>Continue after the slice that had this; null: from the beginning.</summary>
    public string? After { get; init; }
}

/// <param name="Commits">In order; messages are cut.</param>
/// <param name="NextAfter">By which to go on after these, whatever was pushed since; null: there are no more.</param>
/// <param name="IsPartial">In the last slice: the page was ended before it was full, because too many commits were looked at.</param>
public sealed record HistorySlice(IReadOnlyList<Commit> Commits, string? NextAfter, bool IsPartial);
