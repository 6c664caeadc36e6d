using System.Text;
using Granary.Reading.Tests.Sample;

namespace Granary.Reading.Tests.History;

/// <summary>Some thousand commits on branches that part and meet, with files that are changed, renamed, reverted, and merges of all kinds.</summary>
internal static class GeneratedHistory
{
    public const int Commits = 3000;
    private const int Seed = 20;
    private const long Start = 1_500_000_000;

    public static ReadOnlyMemory<byte> Make()
    {
        var random = new Random(Seed);
        var import = new FastImport();
        var heads = new List<(string Branch, int Mark)>();
        var files = new Dictionary<int, Dictionary<string, int>>();
        for (var i = 0; i < Commits; i++)
        {
            var branch = $"refs/heads/{(i == 0 || random.Next(10) < 4 ? "main" : $"b{random.Next(8)}")}";
            var at = heads.FindIndex(head => head.Branch == branch);
            var own = at >= 0 ? heads[at].Mark : heads.Count > 0 ? heads[0].Mark : 0;
            var other = heads.Count > 1 && random.Next(6) == 0 ? heads[random.Next(heads.Count)].Mark : own;

            // Some clocks are the same for several commits, so that their order is that of the walk.
            var time = Start + (i / 3 * 3 * 600L);
            var message = Encoding.UTF8.GetBytes($"Change {i}\n\nTicket PROJ-{i % 17}\n");
            int[]? parents = own == 0 ? null : own == other ? [own] : [own, other];
            var mark = import.Commit(branch, message, parents, time: time);
            var content = new Dictionary<string, int>(own == 0 ? [] : files[own]);
            if (parents is { Length: 2 })
            {
                foreach (var (path, value) in files[other])
                {
                    if (content.ContainsKey(path) && random.Next(2) == 0) continue;
                    import.File(path, Text(value));
                    content[path] = value;
                }
            }

            if (parents is null or [_] || random.Next(3) == 0) Change(import, content, random, i);
            files[mark] = content;
            if (at >= 0) heads[at] = (branch, mark);
            else heads.Add((branch, mark));
        }

        return import.Bytes;
    }

    private static void Change(FastImport import, Dictionary<string, int> content, Random random, int number)
    {
        var path = $"src/m{random.Next(4)}/f{random.Next(6)}.txt";
        if (content.TryGetValue(path, out var value) && random.Next(12) == 0)
        {
            var renamed = $"src/moved/{number}.txt";
            import.Rename(path, renamed);
            content.Remove(path);
            content[renamed] = value;
            return;
        }

        content[path] = random.Next(5);
        import.File(path, Text(content[path]));
    }

    private static string Text(int value) => string.Concat(Enumerable.Range(0, 12).Select(line => $"line {line} {(line == 5 ? value : 0)}\n"));
}
