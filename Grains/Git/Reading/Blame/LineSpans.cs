namespace Granary.Grains.Git.Reading.Blame;

/// <summary>
/// Lists of spans, sorted by where they are in one form of a file. Two of them may be about the same lines there, as when a merge kept
/// what both its parents had from one line.
/// </summary>
internal static class LineSpans
{
    private static readonly Comparison<LineSpan> BySource = static (one, other) =>
        one.Source != other.Source ? one.Source.CompareTo(other.Source) : one.Line.CompareTo(other.Line);

    /// <summary>Both lists in one.</summary>
    public static List<LineSpan> Merge(List<LineSpan> one, List<LineSpan> other)
    {
        if (one.Count == 0) return other;
        var merged = new List<LineSpan>(one.Count + other.Count);
        for (int i = 0, j = 0; i < one.Count || j < other.Count;)
        {
            Add(merged, j == other.Count || (i < one.Count && BySource(one[i], other[j]) <= 0) ? one[i++] : other[j++]);
        }

        return merged;
    }

    /// <summary>Parts lines into those that an older form has as well, and those that it has not.</summary>
    /// <param name="spans">Sorted.</param>
    /// <param name="changes">From the older form to the one that the spans are about.</param>
    /// <param name="older">The ones, by where they are in the older form.</param>
    /// <param name="rest">The others.</param>
    public static void Split(List<LineSpan> spans, IReadOnlyList<LineChange> changes, List<LineSpan> older, List<LineSpan> rest)
    {
        var (first, shift) = (0, 0);
        foreach (var span in spans)
        {
            for (; first < changes.Count && changes[first].NewEnd <= span.Source; first++) shift += changes[first].Growth;
            Split(span, changes, first, shift, older, rest);
        }

        // Of spans about the same lines, a later one may begin before an earlier one's end.
        Sort(older);
        Sort(rest);
    }

    private static void Split(LineSpan span, IReadOnlyList<LineChange> changes, int next, int shift, List<LineSpan> older, List<LineSpan> rest)
    {
        for (var at = span.Source; at < span.SourceEnd;)
        {
            var isChanged = next < changes.Count && changes[next].NewStart <= at;
            var end = next == changes.Count ? span.SourceEnd : Math.Min(span.SourceEnd, isChanged ? changes[next].NewEnd : changes[next].NewStart);
            var part = new LineSpan(span.Line + (at - span.Source), at, end - at);
            if (isChanged) Add(rest, part);
            else Add(older, part with { Source = at + shift });
            at = end;
            for (; next < changes.Count && changes[next].NewEnd <= at; next++) shift += changes[next].Growth;
        }
    }

    private static void Sort(List<LineSpan> spans)
    {
        for (var i = 1; i < spans.Count; i++)
        {
            if (BySource(spans[i - 1], spans[i]) <= 0) continue;
            spans.Sort(BySource);
            return;
        }
    }

    private static void Add(List<LineSpan> spans, LineSpan span)
    {
        if (spans.Count > 0 && spans[^1].GoesOnIn(span)) spans[^1] = spans[^1] with { Count = spans[^1].Count + span.Count };
        else spans.Add(span);
    }
}
