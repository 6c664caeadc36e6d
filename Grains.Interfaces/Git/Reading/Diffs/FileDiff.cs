namespace Granary.Git.Reading.Diffs;

public enum DiffLineKind
{
    Context = 1,
    Added = 2,
    Deleted = 3,
}

/// <summary>A line of a hunk.</summary>
/// <param name="Kind">Which side has it.</param>
/// <param name="OldNumber">From 1; 0: the old side does not have it.</param>
/// <param name="NewNumber">From 1; 0: the new side does not have it.</param>
/// <param name="Text">Without its line feed.</param>
/// <param name="Raw">Its bytes, where they are not <paramref name="Text"/> in UTF-8; otherwise null.</param>
/// <param name="HasNoNewline">Whether it is the last of its file and the file does not end in a line feed.</param>
public sealed record DiffLine(DiffLineKind Kind, int OldNumber, int NewNumber, string Text, byte[]? Raw, bool HasNoNewline);

/// <summary>A piece of a diff: changed lines with those around them.</summary>
/// <param name="OldStart">The first line on the old side, from 1; 0 with no lines.</param>
/// <param name="OldCount">How many lines of the old side.</param>
/// <param name="NewStart">The first line on the new side.</param>
/// <param name="NewCount">How many lines of the new side.</param>
/// <param name="Section">What git shows behind the second <c>@@</c>: the line that begins the function, most often.</param>
/// <param name="Lines">In the order of a patch.</param>
public sealed record DiffHunk(int OldStart, int OldCount, int NewStart, int NewCount, string Section, IReadOnlyList<DiffLine> Lines);

/// <summary>A changed file with its lines.</summary>
/// <param name="File">The file.</param>
/// <param name="IsBinary">A side is no text; then there are no lines and no counts.</param>
/// <param name="IsTooLarge">A side is larger than the server compares; then there are no lines and no counts.</param>
/// <param name="IsTruncated">There are more lines than <paramref name="Hunks"/> shows, because of a limit; the counts are of all.</param>
/// <param name="Additions">Lines that only the new side has.</param>
/// <param name="Deletions">Lines that only the old side has.</param>
/// <param name="Encoding">What the text was decoded from, for example <c>utf-8</c>; empty where there is none.</param>
/// <param name="Hunks">The changes.</param>
public sealed record FileDiff(
    ChangedFile File, bool IsBinary, bool IsTooLarge, bool IsTruncated, int Additions, int Deletions, string Encoding, IReadOnlyList<DiffHunk> Hunks)
    : DiffPart
{
    /// <summary>Lines that are shown, context included.</summary>
    public int LineCount => Hunks.Sum(static hunk => hunk.Lines.Count);
}
