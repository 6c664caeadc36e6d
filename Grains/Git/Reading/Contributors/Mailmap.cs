using System.Text;
using Granary.Grains.Git.Reading.Text;

namespace Granary.Grains.Git.Reading.Contributors;

/// <summary>Whom the names and mail addresses of commits stand for: https://git-scm.com/docs/gitmailmap</summary>
internal sealed class Mailmap
{
    private readonly Dictionary<string, Entry> _byMail = [];

    public static Mailmap Empty { get; } = new();

    public static Mailmap Parse(ReadOnlySpan<byte> bytes)
    {
        var map = new Mailmap();
        foreach (var line in CommitEncoding.Decode(Encoding.UTF8, bytes).Split('\n'))
        {
            if (!line.StartsWith('#')) map.Add(line);
        }

        return map;
    }

    /// <summary>Who that is; mail addresses and names are compared without regard to the case of ASCII letters.</summary>
    public (string Name, string Mail) Map(string name, string mail)
    {
        if (!_byMail.TryGetValue(Fold(mail), out var entry)) return (name, mail);
        var target = entry.ByName.GetValueOrDefault(Fold(name), entry.Simple);
        return (target.Name ?? name, target.Mail ?? mail);
    }

    /// <summary>A line is <c>Proper Name &lt;proper@mail&gt; Written Name &lt;written@mail&gt;</c>, of which parts may be left out.</summary>
    private void Add(string line)
    {
        if (TakePerson(ref line, mayBeEmpty: false) is not { } proper) return;
        var written = TakePerson(ref line, mayBeEmpty: true);
        var (oldName, oldMail) = written ?? (null, proper.Mail);
        var target = new Target(proper.Name, written is null ? null : proper.Mail);
        var key = Fold(oldMail);
        if (!_byMail.TryGetValue(key, out var entry)) _byMail.Add(key, entry = new Entry());
        if (oldName is null) entry.Simple = new Target(target.Name ?? entry.Simple.Name, target.Mail ?? entry.Simple.Mail);
        else entry.ByName[Fold(oldName)] = target;
    }

    /// <returns>The name, which is null where none is, and what stands between angle brackets; null: there is no such thing.</returns>
    private static (string? Name, string Mail)? TakePerson(ref string line, bool mayBeEmpty)
    {
        var open = line.IndexOf('<', StringComparison.Ordinal);
        var close = open < 0 ? -1 : line.IndexOf('>', open);
        if (close < 0 || (!mayBeEmpty && close == open + 1)) return null;
        var name = line[..open].Trim(' ', '\t', '\r', '\v', '\f');
        var mail = line[(open + 1)..close];
        line = line[(close + 1)..];
        return (name.Length == 0 ? null : name, mail);
    }

    private static string Fold(string text) => string.Create(text.Length, text, static (folded, from) =>
    {
        for (var i = 0; i < from.Length; i++) folded[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });

    private sealed class Entry
    {
        /// <summary>For names that are not among the others.</summary>
        public Target Simple { get; set; }

        public Dictionary<string, Target> ByName { get; } = [];
    }

    /// <summary>What is null stays as it was.</summary>
    private readonly record struct Target(string? Name, string? Mail);
}
