using Granary.Repositories;

namespace Granary.Git.Reading.Search;

/// <summary>What comes out of a search: files, and in the end a summary.</summary>
public abstract record SearchPart;

/// <param name="Path">From the root.</param>
/// <param name="Mode">As git counts: 0100644 and so on.</param>
/// <param name="Id">Of the blob.</param>
/// <param name="Found">What was found in it.</param>
public sealed record FileMatches(GitPath Path, int Mode, ObjectId Id, FoundLines Found) : SearchPart;

/// <param name="Encoding">The guess; null: none of the known ones.</param>
/// <param name="Lines">Those that match and their context, in their order.</param>
/// <param name="MatchingLines">How many of them match.</param>
/// <param name="IsTruncated">Whether more lines match.</param>
public sealed record FoundLines(string? Encoding, IReadOnlyList<SearchLine> Lines, int MatchingLines, bool IsTruncated);

/// <param name="Number">From 1.</param>
/// <param name="Text">Without the line's end; a piece of a long one.</param>
/// <param name="IsContext">Whether it is there only because of its neighbours.</param>
/// <param name="Matches">In the shown piece.</param>
/// <param name="Skipped">Characters before the shown piece.</param>
/// <param name="IsCut">Whether it is a piece.</param>
public sealed record SearchLine(int Number, string Text, bool IsContext, IReadOnlyList<MatchRange> Matches, int Skipped, bool IsCut);

/// <param name="Column">Of the first character, in the whole line, from 1; characters are code points.</param>
/// <param name="Length">In characters.</param>
public readonly record struct MatchRange(int Column, int Length);

/// <summary>How a search went.</summary>
public sealed record SearchSummary : SearchPart
{
    /// <summary>That were searched.</summary>
    public int Files { get; init; }

    /// <summary>Of the searched files, each content once.</summary>
    public long Bytes { get; init; }

    public int MatchingFiles { get; init; }

    public int MatchingLines { get; init; }

    public int BinaryFiles { get; init; }

    public int LargeFiles { get; init; }

    /// <summary>What ended it early.</summary>
    public SearchLimit Limit { get; init; }
}

/// <summary>What ended a search before it was through.</summary>
public enum SearchLimit
{
    None = 0,
    Lines = 1,
    Files = 2,
    Bytes = 3,
    Time = 4,
}
