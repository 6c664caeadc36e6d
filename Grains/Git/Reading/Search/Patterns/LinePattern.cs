using Granary.Git.Reading.Search;

namespace Granary.Grains.Git.Reading.Search.Patterns;

/// <summary>What lines are held against. The first two questions are quick ones about many lines, so that few are looked at one by one.</summary>
internal abstract class LinePattern
{
    /// <param name="content">Bytes of a file, in an encoding whose lower half is ASCII.</param>
    /// <returns>False: no line matches, whatever the encoding.</returns>
    public abstract bool MayMatch(ReadOnlySpan<byte> content);

    /// <param name="lines">Whole lines.</param>
    /// <returns>False: none of them matches.</returns>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">It took too long.</exception>
    public abstract bool MayMatch(ReadOnlySpan<char> lines);

    /// <param name="line">Without its end.</param>
    /// <param name="ranges">Gets where it matches, but for matches without characters.</param>
    /// <param name="maxRanges">That are of interest.</param>
    /// <returns>Whether it matches.</returns>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">It took too long.</exception>
    public abstract bool Find(ReadOnlySpan<char> line, List<TextRange> ranges, int maxRanges);

    /// <summary>Reads the pattern of a query, or tells what is wrong with it.</summary>
    public static Outcome<LinePattern> Parse(SearchQuery query, int maxLength)
    {
        var fault = query.Pattern.Length == 0 ? "There is nothing to look for: the pattern is empty."
            : query.Pattern.Length > maxLength ? $"A pattern has at most {maxLength} characters."
            : query.Pattern.AsSpan().ContainsAny('\n', '\0') ? "A pattern has no line feeds and no NULs: a match lies in one line."
            : null;
        if (fault is not null) return new Refusal(RefusalKind.InvalidArgument, fault, "pattern");
        return query.IsExpression ? ExpressionPattern.Parse(query) : new FixedPattern(query.Pattern, query.IgnoreCase, query.WholeWords);
    }

    /// <summary>What a word is made of: as git has it, which looks at bytes.</summary>
    protected static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}

/// <param name="Start">In units of UTF-16.</param>
/// <param name="Length">In units of UTF-16.</param>
internal readonly record struct TextRange(int Start, int Length);
