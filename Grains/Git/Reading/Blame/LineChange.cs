using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Diffs;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>Lines that one form of a file has in place of those of another. Lines are counted from 0.</summary>
/// <param name="NewStart">Where they are, or would be, in the newer form.</param>
/// <param name="NewCount">How many that has.</param>
/// <param name="OldCount">How many the older form has there.</param>
internal readonly record struct LineChange(int NewStart, int NewCount, int OldCount)
{
    private const int TailBlock = 1024;

    private static readonly DiffSettings Exact = new() { ContextLines = 0 };
    private static readonly DiffSettings WithoutWhitespace = new() { ContextLines = 0, Whitespace = WhitespaceMode.IgnoreAll };

    public int NewEnd => NewStart + NewCount;

    /// <summary>What the lines behind are further on in the older form.</summary>
    public int Growth => OldCount - NewCount;

    /// <summary>What changed between two texts, in the order of the lines.</summary>
    public static unsafe List<LineChange> Between(ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, bool ignoresWhitespace)
    {
        var tail = CommonTail(old, now);
        var changes = new List<LineChange>();
        fixed (byte* oldStart = old)
        fixed (byte* newStart = now)
        {
            using var patch = new FilePatch(
                oldStart, old.Length - tail, newStart, now.Length - tail, ignoresWhitespace ? WithoutWhitespace : Exact);
            for (var i = 0; i < patch.HunkCount; i++)
            {
                ref readonly var hunk = ref patch.HunkAt(i, out _);

                // With no lines, a hunk is said to begin at the line before it.
                changes.Add(new LineChange(hunk.NewLines == 0 ? hunk.NewStart : hunk.NewStart - 1, hunk.NewLines, hunk.OldLines));
            }
        }

        return changes;
    }

    /// <summary>
    /// What git leaves out at the end of both texts before it compares them without context: whole blocks, but for the beginning of a
    /// line. Where equal lines may be told apart in several ways, the answer depends on it.
    /// </summary>
    private static int CommonTail(ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        var (smaller, tail) = (Math.Min(old.Length, now.Length), 0);
        while (tail + TailBlock <= smaller && Block(old, tail).SequenceEqual(Block(now, tail))) tail += TailBlock;
        if (tail == 0) return 0;
        var line = old[^tail..].IndexOf((byte)'\n');
        return line < 0 ? 0 : tail - line - 1;

        static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> text, int tail) => text[..^tail][^TailBlock..];
    }
}
