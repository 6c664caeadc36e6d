using Granary.Hooks.Commits;
using Granary.Projects;

namespace Granary.Grains.Hooks.Commits.Messages;

/// <summary>
/// Finds the issue keys of a message. A key in capital letters is one whether its project exists or not: it may be made later, and
/// nobody asks for the issues of one that is not. In any other letters only the keys of the repository's own project are.
/// </summary>
/// <param name="own">The key of the project that the repository belongs to.</param>
internal sealed class IssueScanner(ProjectKey own)
{
    /// <summary>Characters of a message that are looked at.</summary>
    public const int MaxScanned = 64 * 1024;

    /// <summary>Issues of one message.</summary>
    public const int MaxIssues = 100;

    private const int GuidLength = 36;

    private readonly string _ownKey = own.Key;
    private readonly int _ownLength = own.Value.Length;

    /// <summary>Each issue once, in the order of their first mention.</summary>
    public IReadOnlyList<IssueReference> Scan(string message)
    {
        if (!message.AsSpan().ContainsAny('-', '\uFF0D', '\u2010') && !message.AsSpan().ContainsAny('\u2011', '\u2212')) return [];
        ReadOnlySpan<char> text = MessageText.Narrow(message.AsSpan(0, Math.Min(message.Length, MaxScanned)));
        var found = new Dictionary<string, IssueReference>(StringComparer.Ordinal);
        var order = new List<string>();
        var (lastEnd, lastAction) = (-1, IssueAction.Mentions);
        var (lineEnd, lineAction) = (-1, IssueAction.Mentions);
        for (var hyphen = Next(text, 0); hyphen >= 0 && order.Count < MaxIssues; hyphen = Next(text, hyphen + 1))
        {
            if (!TryRead(text, hyphen, out var start, out var end)) continue;
            var action = ActionOf(text, start, lastEnd, lastAction);
            (lastEnd, lastAction) = (end, action);
            if (action == IssueAction.Mentions)
            {
                // Once for each line, however many keys it has.
                if (start >= lineEnd) (lineEnd, lineAction) = ReadLine(text, start);
                action = lineAction;
            }

            var written = text[start..end].ToString();
            var key = NameRules.Fold(written);
            if (!found.TryGetValue(key, out var before)) order.Add(key);
            if (before is null || before.Action < action) found[key] = new IssueReference(before?.Key ?? written, action);
        }

        return order.ConvertAll(key => found[key]);
    }

    private static int Next(ReadOnlySpan<char> text, int from)
    {
        var index = text[from..].IndexOf('-');
        return index < 0 ? index : from + index;
    }

    private static IssueAction ActionOf(ReadOnlySpan<char> text, int start, int lastEnd, IssueAction lastAction)
    {
        var action = IssueKeywords.Before(text, start);
        if (action == IssueAction.Mentions && lastEnd >= 0 && lastEnd <= start && lastAction != IssueAction.Mentions && IssueKeywords.Joins(text[lastEnd..start]))
            action = lastAction;
        return action;
    }

    /// <summary>Where the line ends, and what a word with a <c>#</c> in it says.</summary>
    private static (int End, IssueAction Action) ReadLine(ReadOnlySpan<char> text, int place)
    {
        var from = text[..place].LastIndexOf('\n') + 1;
        var length = text[place..].IndexOf('\n');
        var end = length < 0 ? text.Length : place + length;
        return (end, IssueKeywords.Tagged(text[from..end]));
    }

    /// <summary>The key around a hyphen.</summary>
    private bool TryRead(ReadOnlySpan<char> text, int hyphen, out int start, out int end)
    {
        (start, end) = (hyphen, hyphen + 1);
        while (end < text.Length && char.IsAsciiDigit(text[end]) && end - hyphen <= IssueKey.MaxDigits) end++;
        if (end == hyphen + 1 || end - hyphen > IssueKey.MaxDigits + 1 || text[hyphen + 1] == '0' || !MessageText.EndsAt(text, end)) return false;
        return IsOwn(text, hyphen, out start) || IsCapital(text, hyphen, out start);
    }

    private bool IsOwn(ReadOnlySpan<char> text, int hyphen, out int start)
    {
        start = hyphen - _ownLength;
        if (start < 0 || !IsWellFormed(text[start..hyphen])) return false;
        return NameRules.Fold(text[start..hyphen].ToString()) == _ownKey && (!MessageText.IsWord(text[start]) || MessageText.BeginsAt(text, start));
    }

    private static bool IsCapital(ReadOnlySpan<char> text, int hyphen, out int start)
    {
        start = hyphen;
        while (start > 0 && hyphen - start <= ProjectKey.MaxLength && (char.IsAsciiLetterUpper(text[start - 1]) || char.IsAsciiDigit(text[start - 1]) || text[start - 1] == '_'))
            start--;
        return hyphen - start is > 0 and <= ProjectKey.MaxLength && char.IsAsciiLetterUpper(text[start]) && MessageText.BeginsAt(text, start)
            && !(text.Length - start >= GuidLength && Guid.TryParseExact(text.Slice(start, GuidLength), "D", out _));
    }

    /// <summary>Half a character, and what is none, cannot be folded.</summary>
    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i]) || text[i] == '\uFFFE') return false;
        }

        return true;
    }
}
