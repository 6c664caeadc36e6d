using System.Text;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>The arguments of the v2 command <c>ls-refs</c>, gitprotocol-v2(5).</summary>
internal sealed class LsRefsArguments
{
    public bool Peel { get; private set; }

    public bool SymRefs { get; private set; }

    public bool Unborn { get; private set; }

    /// <summary>Sorted by bytes, none the beginning of another; empty: all refs.</summary>
    public IReadOnlyList<byte[]> Prefixes { get; private set; } = [];

    /// <summary>
    /// Equal for equal arguments only, for the cache of answers that all clients share: a prefix may hold any byte, so each
    /// is preceded by its length.
    /// </summary>
    public string Key { get; private set; } = "";

    /// <param name="lines">The argument lines.</param>
    /// <param name="maxPrefixes">See <see cref="GitProtocolOptions.MaxRefPrefixes"/>.</param>
    /// <exception cref="GitProtocolException">An argument is unknown, or there are too many.</exception>
    public static LsRefsArguments Parse(IEnumerable<byte[]> lines, int maxPrefixes)
    {
        var arguments = new LsRefsArguments();
        var prefixes = new List<byte[]>();
        foreach (var line in lines)
        {
            var text = line.AsSpan();
            if (text.SequenceEqual("peel"u8)) arguments.Peel = true;
            else if (text.SequenceEqual("symrefs"u8)) arguments.SymRefs = true;
            else if (text.SequenceEqual("unborn"u8)) arguments.Unborn = true;
            else if (text.StartsWith("ref-prefix "u8)) prefixes.Add(line["ref-prefix ".Length..]);
            else throw new GitProtocolException($"ls-refs: unknown argument '{Printable(text)}'");
            if (prefixes.Count > maxPrefixes) throw new GitProtocolException($"ls-refs: more than {maxPrefixes} ref-prefix arguments");
        }

        arguments.Prefixes = Reduce(prefixes);
        arguments.Key = $"{(arguments.Peel ? 'p' : '-')}{(arguments.SymRefs ? 's' : '-')}{(arguments.Unborn ? 'u' : '-')}"
            + string.Concat(arguments.Prefixes.Select(static p => $"{p.Length}:{Encoding.Latin1.GetString(p)}"));
        return arguments;
    }

    private static string Printable(ReadOnlySpan<byte> text) =>
        new([.. Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)]).Select(static c => char.IsControl(c) ? '?' : c)]);

    private static List<byte[]> Reduce(List<byte[]> prefixes)
    {
        prefixes.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        var reduced = new List<byte[]>(prefixes.Count);
        foreach (var prefix in prefixes)
        {
            if (reduced.Count == 0 || !prefix.AsSpan().StartsWith(reduced[^1])) reduced.Add(prefix);
        }

        return reduced is [{ Length: 0 }] ? [] : reduced;
    }
}
