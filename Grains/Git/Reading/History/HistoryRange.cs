namespace Granary.Grains.Git.Reading.History;

/// <summary>A range of revisions as it was typed: gitrevisions(7). No ref name has two dots in a row.</summary>
internal sealed record HistoryRange(RangeKind Kind, string First, string Second)
{
    public int EndCount => Kind == RangeKind.Single ? 1 : 2;

    public static HistoryRange Parse(string text)
    {
        if (Split(text, "...") is var (left, right)) return new HistoryRange(RangeKind.Symmetric, left, right);
        if (Split(text, "..") is var (without, with)) return new HistoryRange(RangeKind.Difference, without, with);
        return new HistoryRange(RangeKind.Single, text, "");
    }

    private static (string, string)? Split(string text, string dots)
    {
        var at = text.IndexOf(dots, StringComparison.Ordinal);
        return at < 0 ? null : (text[..at], text[(at + dots.Length)..]);
    }
}

internal enum RangeKind
{
    Single,

    /// <summary>What the second has and the first has not.</summary>
    Difference,

    /// <summary>What one of them has and the other has not.</summary>
    Symmetric,
}
