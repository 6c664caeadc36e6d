using System.Text;
using Granary.Reading.Tests.Sample;

namespace Granary.Reading.Tests.Blame;

/// <summary>
/// Commits on branches that part and meet, of files whose lines are inserted, removed, moved, doubled, indented anew, and mixed by merges;
/// files are renamed with and without changes, become symbolic links and scripts, lose the line feed at their end. Some clocks are wrong.
/// </summary>
internal static class BlameHistory
{
    public const int Commits = 500;
    public static readonly string[] Branches = ["main", "b0", "b1", "b2"];

    private const long Start = 1_500_000_000;

    private static readonly string[] Common = ["", "{", "}", "    return;", "    if (ready)", "\tcall();", "    }", "# note", "caf\u00e9 \u65e5\u672c"];

    public static ReadOnlyMemory<byte> Make(int seed)
    {
        var random = new Random(seed);
        var import = new FastImport();
        var heads = new Dictionary<string, int>();
        var trees = new Dictionary<int, SortedDictionary<string, BlameFile>>();
        for (var i = 0; i < Commits; i++)
        {
            var branch = i == 0 ? "main" : Branches[random.Next(Branches.Length)];
            var own = heads.GetValueOrDefault(branch, heads.GetValueOrDefault("main"));
            var other = random.Next(5) == 0 ? heads.Values.ElementAtOrDefault(random.Next(Math.Max(1, heads.Count))) : own;
            int[]? parents = own == 0 ? null : own == other || other == 0 ? [own] : [own, other];
            var time = Start + (i * 600L) - (random.Next(15) == 0 ? random.Next(200_000) : 0);
            var mark = import.Commit($"refs/heads/{branch}", Encoding.UTF8.GetBytes($"Change {i}\n"), parents, time: time);
            var tree = own == 0 ? [] : new SortedDictionary<string, BlameFile>(trees[own], StringComparer.Ordinal);
            if (parents is { Length: 2 }) Mix(import, tree, trees[other], random);
            for (var change = parents is { Length: 2 } ? random.Next(2) : 1 + random.Next(3); change > 0; change--) Change(import, tree, random, i);
            (heads[branch], trees[mark]) = (mark, tree);
        }

        return import.Bytes;
    }

    private static void Mix(FastImport import, SortedDictionary<string, BlameFile> tree, SortedDictionary<string, BlameFile> other, Random random)
    {
        foreach (var (path, theirs) in other)
        {
            var mine = tree.GetValueOrDefault(path);
            if (mine == theirs || random.Next(4) == 0) continue;
            Put(import, tree, path, mine is null || random.Next(3) == 0 ? theirs : mine.MixedWith(theirs, random));
        }
    }

    private static void Change(FastImport import, SortedDictionary<string, BlameFile> tree, Random random, int number)
    {
        var path = $"src/m{random.Next(3)}/f{random.Next(2)}.txt";
        if (tree.GetValueOrDefault(path) is not { } file)
        {
            var lines = Enumerable.Range(0, 20 + random.Next(120)).Select(line => LineOf(random, number, line));
            Put(import, tree, path, new BlameFile([.. lines], "100644"));
            return;
        }

        switch (random.Next(40))
        {
            case 0:
                var renamed = $"src/m{random.Next(3)}/r{number}.txt";
                tree.Remove(path);
                import.Rename(path, renamed);
                tree[renamed] = file;
                if (random.Next(2) == 0) Put(import, tree, renamed, file.Edited(random, line => LineOf(random, number, line)));
                break;
            case 1:
                Put(import, tree, path, file with { Mode = file.Mode == "100644" ? "100755" : "100644" });
                break;
            case 2:
                Put(import, tree, path, file with { Mode = file.Mode == "120000" ? "100644" : "120000" });
                break;
            case 3:
                tree.Remove(path);
                import.Delete(path);
                break;
            default:
                var moved = tree.Keys.Where(static key => key.Contains("/r", StringComparison.Ordinal)).ToArray();
                if (moved.Length > 0 && random.Next(3) == 0) path = moved[random.Next(moved.Length)];
                Put(import, tree, path, tree[path].Edited(random, line => LineOf(random, number, line)));
                break;
        }
    }

    private static string LineOf(Random random, int number, int line) =>
        random.Next(3) == 0 ? Common[random.Next(Common.Length)] : random.Next(4) == 0 ? $"    step {random.Next(20)};" : $"line {number} {line} of a text that is long enough";

    private static void Put(FastImport import, SortedDictionary<string, BlameFile> tree, string path, BlameFile file)
    {
        tree[path] = file;
        import.File(path, file.Content, file.Mode);
    }
}
