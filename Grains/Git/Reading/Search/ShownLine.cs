using System.Text;
using Granary.Git.Reading.Search;
using Granary.Grains.Git.Reading.Search.Patterns;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>Lines as they are shown: long ones cut around their first match, places counted in characters.</summary>
internal static class ShownLine
{
    private const int LineOverhead = 32;
    private const int RangeOverhead = 16;

    public static SearchLine Of(ReadOnlySpan<char> line, int number, bool isContext, List<TextRange> matches, int maxLength)
    {
        var (start, end) = WindowOf(line, matches.Count == 0 ? default : matches[0], maxLength);
        var skipped = Characters(line[..start]);
        var ranges = new List<MatchRange>(matches.Count);
        var (at, column) = (start, skipped + 1);
        foreach (var match in matches)
        {
            if (match.Start >= end) break;
            column += Characters(line[at..match.Start]);
            at = Math.Min(match.Start + match.Length, end);
            var length = Characters(line[match.Start..at]);
            ranges.Add(new MatchRange(column, length));
            column += length;
        }

        return new SearchLine(number, line[start..end].ToString(), isContext, ranges, skipped, end - start < line.Length);
    }

    /// <summary>About as many bytes as it is sent in.</summary>
    public static int SizeOf(SearchLine line) => Encoding.UTF8.GetByteCount(line.Text) + LineOverhead + (line.Matches.Count * RangeOverhead);

    private static (int Start, int End) WindowOf(ReadOnlySpan<char> line, TextRange first, int maxLength)
    {
        if (line.Length <= maxLength) return (0, line.Length);
        var start = first.Start + first.Length <= maxLength ? 0 : Math.Max(0, first.Start - (maxLength / 4));
        if (start > 0 && char.IsLowSurrogate(line[start])) start--;
        var end = Math.Min(line.Length, start + maxLength);
        return (start, end < line.Length && char.IsLowSurrogate(line[end]) && end - 1 > start ? end - 1 : end);
    }

    private static int Characters(ReadOnlySpan<char> text)
    {
        var low = 0;
        foreach (var c in text) low += char.IsLowSurrogate(c) ? 1 : 0;
        return text.Length - low;
    }
}
