namespace Granary.Git.Reading.Search;

/// <summary>What to look for, and in which files.</summary>
public sealed record SearchQuery
{
    /// <summary>Characters, or an expression.</summary>
    public required string Pattern { get; init; }

    public bool IsExpression { get; init; }

    public bool IgnoreCase { get; init; }

    /// <summary>Only matches that no letter, digit or underscore of ASCII touches.</summary>
    public bool WholeWords { get; init; }

    /// <summary>A folder or a file.</summary>
    public GitPath Path { get; init; } = GitPath.Root;

    /// <summary>Only files that one of them matches; empty: all.</summary>
    public IReadOnlyList<string> Globs { get; init; } = [];

    public IReadOnlyList<string> ExcludedGlobs { get; init; } = [];

    public int ContextLines { get; init; }

    /// <summary>Null: the server's limit.</summary>
    public int? MaxLinesPerFile { get; init; }

    /// <summary>Null: the server's limit.</summary>
    public int? MaxLines { get; init; }
}
