namespace Granary.Git.Reading.Diffs;

/// <summary>Which differences in white space count as none.</summary>
public enum WhitespaceMode
{
    /// <summary>All differences count.</summary>
    Exact = 0,

    /// <summary>As <c>git diff --ignore-space-at-eol</c>.</summary>
    IgnoreAtEndOfLine = 1,

    /// <summary>As <c>git diff --ignore-space-change</c>: how much of it, where there is any.</summary>
    IgnoreChange = 2,

    /// <summary>As <c>git diff --ignore-all-space</c>.</summary>
    IgnoreAll = 3,
}

/// <summary>Whether files that moved are found.</summary>
public enum MoveDetection
{
    None = 0,

    /// <summary>As <c>git diff -M</c>.</summary>
    Renames = 1,

    /// <summary>As <c>git diff -C</c>: of files that changed as well.</summary>
    RenamesAndCopies = 2,
}

/// <summary>What a diff is made of, as the client wishes it.</summary>
public sealed record DiffSettings
{
    /// <summary>Lines of context around each change.</summary>
    public int ContextLines { get; init; } = 3;

    public WhitespaceMode Whitespace { get; init; }

    /// <summary>Changes that only add or remove blank lines are none.</summary>
    public bool IgnoreBlankLines { get; init; }

    public MoveDetection Moves { get; init; } = MoveDetection.Renames;

    /// <summary>From how many percent on a file is like another.</summary>
    public int Similarity { get; init; } = 50;

    /// <summary>Only these files, or those under these folders; empty: all.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Paths { get; init; } = [];

    /// <summary>Whether lines are wanted, and not only files and how many lines of each.</summary>
    public bool WithLines { get; init; } = true;

    /// <summary>The most files to show; null: as many as the server does.</summary>
    public int? MaxFiles { get; init; }

    /// <summary>The most lines to show of all files; null: as many as the server does.</summary>
    public int? MaxLines { get; init; }

    /// <summary>The most lines to show of one file; null: as many as the server does.</summary>
    public int? MaxLinesPerFile { get; init; }
}
