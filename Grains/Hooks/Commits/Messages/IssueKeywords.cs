using System.Collections.Frozen;
using Granary.Hooks.Commits;

namespace Granary.Grains.Hooks.Commits.Messages;

/// <summary>The words that say what a commit does to an issue: before keys, or with <c>#</c> in the same line.</summary>
internal static class IssueKeywords
{
    private const int MaxLength = 12;
    private const int MaxGap = 16;

    private const string Openers = "([{<\"'`#:（「『【〈《〔“‘";
    private const string Joiners = ",;&/+、・。 \t()[]{}<>\"'`#「」『』【】〈〉《》〔〕“”‘’";

    private static readonly FrozenDictionary<string, IssueAction>.AlternateLookup<ReadOnlySpan<char>> Words = new Dictionary<string, IssueAction>
    {
        ["ref"] = IssueAction.Refers,
        ["refs"] = IssueAction.Refers,
        ["references"] = IssueAction.Refers,
        ["resolve"] = IssueAction.Resolves,
        ["resolves"] = IssueAction.Resolves,
        ["resolved"] = IssueAction.Resolves,
        ["resolving"] = IssueAction.Resolves,
        ["fix"] = IssueAction.Fixes,
        ["fixes"] = IssueAction.Fixes,
        ["fixed"] = IssueAction.Fixes,
        ["fixing"] = IssueAction.Fixes,
        ["close"] = IssueAction.Closes,
        ["closes"] = IssueAction.Closes,
        ["closed"] = IssueAction.Closes,
        ["closing"] = IssueAction.Closes,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The word before what begins at <paramref name="start"/>, with nothing but brackets, a colon and white space in between.</summary>
    public static IssueAction Before(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        var breaks = 0;
        while (end > 0 && start - end < MaxGap && (char.IsWhiteSpace(text[end - 1]) || Openers.Contains(text[end - 1], StringComparison.Ordinal)))
        {
            // An empty line is the end of what was said.
            if (text[--end] == '\n' && ++breaks > 1) return IssueAction.Mentions;
        }

        var begin = end;
        while (begin > 0 && end - begin <= MaxLength && char.IsAsciiLetter(text[begin - 1])) begin--;

        // With a '#' it is of its line, whatever comes after.
        if (begin > 0 && text[begin - 1] == '#') return IssueAction.Mentions;
        return begin < end && MessageText.BeginsAt(text, begin) && Words.TryGetValue(text[begin..end], out var action) ? action : IssueAction.Mentions;
    }

    /// <summary>Whether what stands between two keys only joins them, so that what was said of the first goes for the second.</summary>
    public static bool Joins(ReadOnlySpan<char> gap)
    {
        if (gap.Length is 0 or > MaxGap || gap.Count('\n') > 1) return false;
        gap = gap.Trim();
        return gap is "and" or "And" or "AND" or "or" or "と" or "および" or "及び" || IsJoint(gap)
            || (gap.EndsWith("and") && IsJoint(gap[..^3]));
    }

    /// <summary>The first word with a <c>#</c> before it in a line: <c>PROJ-1 typo #fix</c>.</summary>
    public static IssueAction Tagged(ReadOnlySpan<char> line)
    {
        for (var hash = line.IndexOf('#'); hash >= 0;)
        {
            var end = hash + 1;
            while (end < line.Length && end - hash <= MaxLength && char.IsAsciiLetter(line[end])) end++;
            if ((end == line.Length || !MessageText.IsWord(line[end])) && MessageText.BeginsAt(line, hash) && Words.TryGetValue(line[(hash + 1)..end], out var action))
                return action;
            var next = line[(hash + 1)..].IndexOf('#');
            hash = next < 0 ? next : hash + 1 + next;
        }

        return IssueAction.Mentions;
    }

    private static bool IsJoint(ReadOnlySpan<char> gap)
    {
        foreach (var c in gap)
        {
            if (!char.IsWhiteSpace(c) && !Joiners.Contains(c, StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
