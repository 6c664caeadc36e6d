namespace Granary.Ssh.Interop.Tests.Algorithms;

/// <summary>Pairwise testing: few rows that hold every pair of values of two different kinds. The same rows each time.</summary>
internal static class CoveringArray
{
    /// <param name="kinds">The values of each kind. A kind without values is null in every row.</param>
    /// <param name="idle">Kinds whose value does nothing in a row, so that it covers no pair.</param>
    public static IReadOnlyList<string?[]> Of(string[][] kinds, Func<string?[], int[]> idle)
    {
        var open = AllPairs(kinds).Where(pair => !IsImpossible(pair, kinds.Length, idle)).ToList();
        var rows = new List<string?[]>();
        while (open.Count > 0)
        {
            var first = open[0];
            var row = new string?[kinds.Length];
            Set(row, first);
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                // Whatever else a row is good for: the pair that it was begun for stays covered.
                row[kind] ??= kinds[kind].Where(value => Covers(With(row, kind, value), first, idle))
                    .MaxBy(value => open.Count(pair => (pair.Kind == kind || pair.OtherKind == kind) && Covers(With(row, kind, value), pair, idle)));
            }

            open.RemoveAll(pair => Covers(row, pair, idle));
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Whether a row uses both values of a pair.</summary>
    public static bool Covers(string?[] row, Pair pair, Func<string?[], int[]> idle)
    {
        if (row[pair.Kind] != pair.Value || row[pair.OtherKind] != pair.OtherValue) return false;
        var unused = idle(row);
        return !unused.Contains(pair.Kind) && !unused.Contains(pair.OtherKind);
    }

    public static IEnumerable<Pair> AllPairs(string[][] kinds) =>
        from kind in Enumerable.Range(0, kinds.Length)
        from other in Enumerable.Range(kind + 1, kinds.Length - kind - 1)
        from value in kinds[kind]
        from otherValue in kinds[other]
        select new Pair(kind, value, other, otherValue);

    private static bool IsImpossible(Pair pair, int kinds, Func<string?[], int[]> idle)
    {
        var row = new string?[kinds];
        Set(row, pair);
        return !Covers(row, pair, idle);
    }

    private static string?[] With(string?[] row, int kind, string value)
    {
        var changed = (string?[])row.Clone();
        changed[kind] = value;
        return changed;
    }

    private static void Set(string?[] row, Pair pair) => (row[pair.Kind], row[pair.OtherKind]) = (pair.Value, pair.OtherValue);

    internal sealed record Pair(int Kind, string Value, int OtherKind, string OtherValue);
}
