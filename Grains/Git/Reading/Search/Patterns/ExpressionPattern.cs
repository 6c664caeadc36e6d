using System.Text.RegularExpressions;
using Granary.Git.Reading.Search;

namespace Granary.Grains.Git.Reading.Search.Patterns;

/// <summary>An expression that is matched in time by the length of the text, without backtracking.</summary>
internal sealed partial class ExpressionPattern : LinePattern
{
    private const string NoWord = "(?-i:[^A-Za-z0-9_])";

    /// <summary>For some thousand characters: an expression may be in thousands of states at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex _regex;
    private readonly bool _wholeWords;
    private readonly bool _isAboutLines;

    private ExpressionPattern(Regex regex, bool wholeWords, bool isAboutLines) => (_regex, _wholeWords, _isAboutLines) = (regex, wholeWords, isAboutLines);

    public static Outcome<LinePattern> Parse(SearchQuery query)
    {
        try
        {
            var regex = New(query.Pattern, query.IgnoreCase);
            if (query.WholeWords) regex = New($"(?:^|{NoWord})(?<__word>{query.Pattern})(?:$|{NoWord})", query.IgnoreCase);
            return new ExpressionPattern(regex, query.WholeWords, !AboutText().IsMatch(query.Pattern));
        }
        catch (NotSupportedException)
        {
            const string fault = "The expression has something that only backtracking can match: a lookaround, a back reference, an atomic group or a condition; or it is too large.";
            return new Refusal(RefusalKind.InvalidArgument, fault, "pattern");
        }
        catch (ArgumentException fault)
        {
            return new Refusal(RefusalKind.InvalidArgument, $"This is no regular expression: {fault.Message}", "pattern");
        }
    }

    public override bool MayMatch(ReadOnlySpan<byte> content) => true;

    public override bool MayMatch(ReadOnlySpan<char> lines) => !_isAboutLines || _regex.IsMatch(lines);

    public override bool Find(ReadOnlySpan<char> line, List<TextRange> ranges, int maxRanges)
    {
        if (_wholeWords) return _regex.IsMatch(line) && FindWords(line.ToString(), ranges, maxRanges);
        var isFound = false;
        foreach (var match in _regex.EnumerateMatches(line))
        {
            isFound = true;
            if (match.Length > 0) ranges.Add(new TextRange(match.Index, match.Length));
            if (ranges.Count >= maxRanges) break;
        }

        return isFound;
    }

    /// <summary>What is before and behind a word is part of the match, and the one behind may be before the next.</summary>
    private bool FindWords(string line, List<TextRange> ranges, int maxRanges)
    {
        var at = 0;
        while (at <= line.Length && ranges.Count < maxRanges && _regex.Match(line, at) is { Success: true } match)
        {
            var word = match.Groups["__word"];
            if (word.Length > 0) ranges.Add(new TextRange(word.Index, word.Length));
            at = word.Length > 0 ? word.Index + word.Length : match.Index + 1;
        }

        return ranges.Count > 0;
    }

    private static Regex New(string pattern, bool ignoreCase)
    {
        const RegexOptions always = RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant;
        return new Regex(pattern, ignoreCase ? always | RegexOptions.IgnoreCase : always, Patience);
    }

    /// <summary>What means the ends of the text, which several lines at once have elsewhere than each of them.</summary>
    [GeneratedRegex(@"\\[AzZG]|\(\?[a-z]*-[a-z]*m")]
    private static partial Regex AboutText();
}
