using System.Text;

namespace Granary.Repositories.Policy;

/// <summary>Which refs are hidden: those of a listed name, and those in a listed folder, as git's <c>transfer.hideRefs</c> has it.</summary>
public static class HiddenRefs
{
    /// <summary>Of one repository.</summary>
    public const int MaxCount = 50;

    public static bool Contain(IReadOnlyList<string> hidden, string name)
    {
        foreach (var entry in hidden)
        {
            if (name.StartsWith(entry, StringComparison.Ordinal) && (name.Length == entry.Length || name[entry.Length] == '/')) return true;
        }

        return false;
    }

    /// <summary>The lines of <paramref name="refs"/> without those of hidden refs, in the same form.</summary>
    internal static byte[] Remove(RefSnapshot refs, IReadOnlyList<string> hidden)
    {
        var ranges = new List<(int Start, int End)>();
        foreach (var entry in hidden)
        {
            var name = Encoding.UTF8.GetBytes(entry);
            var index = refs.LowerBound(name);
            if (index < refs.Count && refs[index].Name.SequenceEqual(name)) ranges.Add(LinesOf(refs, index, index + 1));
            byte[] folder = [.. name, (byte)'/'];
            var first = refs.LowerBound(folder);
            var end = refs.LowerBound([.. name, (byte)('/' + 1)]);
            if (end > first) ranges.Add(LinesOf(refs, first, end));
        }

        ranges.Sort();
        var kept = new MemoryStream(refs.Packed.Length);
        var copied = 0;
        foreach (var (start, end) in ranges)
        {
            if (start > copied) kept.Write(refs.Packed[copied..start]);
            copied = Math.Max(copied, end);
        }

        kept.Write(refs.Packed[copied..]);
        return kept.ToArray();
    }

    private static (int Start, int End) LinesOf(RefSnapshot refs, int first, int end) =>
        (refs.LinesOf(first).Start.Value, refs.LinesOf(end - 1).End.Value);
}
