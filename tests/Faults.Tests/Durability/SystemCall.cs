using System.Globalization;
using System.Text.RegularExpressions;

namespace Granary.Faults.Tests.Durability;

/// <summary>One call of a trace by <c>strace -f -y</c>: which lines began and ended it.</summary>
internal sealed partial record SystemCall(string Name, string Arguments, long Result, int Began, int Ended)
{
    /// <summary>Paths in quotes, in order.</summary>
    public IReadOnlyList<string> Paths => [.. Quoted().Matches(Arguments).Select(static m => m.Groups[1].Value)];

    /// <summary>What the first argument, a descriptor, stands for.</summary>
    public string? File => Descriptor().Match(Arguments) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The calls that succeeded, in the order in which they ended.</summary>
    public static List<SystemCall> Parse(IReadOnlyList<string> lines)
    {
        var open = new Dictionary<string, (string Text, int Line)>();
        var calls = new List<SystemCall>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (Line().Match(lines[i]) is not { Success: true } line) continue;
            var (thread, text, began) = (line.Groups[1].Value, line.Groups[2].Value, i);
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                open[thread] = (text[..^"<unfinished ...>".Length], i);
                continue;
            }

            if (Resumed().Match(text) is { Success: true } resumed && open.Remove(thread, out var start))
                (text, began) = (start.Text + text[resumed.Length..], start.Line);
            if (Call().Match(text) is { Success: true } call && long.Parse(call.Groups[3].Value, CultureInfo.InvariantCulture) is >= 0 and var result)
                calls.Add(new SystemCall(call.Groups[1].Value, call.Groups[2].Value, result, began, i));
        }

        return calls;
    }

    [GeneratedRegex(@"^(\d+) +(.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(\w+)\((.*)\) += (-?\d+)")]
    private static partial Regex Call();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\d+<([^>]*)>")]
    private static partial Regex Descriptor();
}
