using System.Globalization;
using System.Text.RegularExpressions;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Benchmarks;

/// <summary>What refs cost: one push that makes them all, then the requests of every day.</summary>
internal static partial class RefsBenchmark
{
    private const int Times = 5;
    private static readonly int[] Sizes = [100, 10_000, 100_000];

    public static async Task RunAsync()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Logging__LogLevel__Granary"] = "Debug" });
        await server.Admin.CreateProjectAsync(Seed.Project);
        var table = Table.Start("refs", "operation", "wall, p50 ms", "server CPU, ms");
        foreach (var size in Sizes) await RunAsync(server, size, table);
    }

    private static async Task RunAsync(GranaryServer server, int size, Table table)
    {
        var seed = await Seed.CreateAsync(server, $"refs{size}");
        using var client = new RawClient(server, seed.Path);
        var label = Table.Number(size);
        Command[] commands = [.. Enumerable.Range(0, size).Select(i => new Command($"refs/heads/team{i % 50}/branch{i:D6}", Command.Zero, seed.Commit))];
        var empty = new PackBuilder().Build();
        table.Row(label, "push that makes all", await Cost.MeasureAsync(server, 1, async _ => Seed.Require(await client.PushAsync(commands, empty))));
        await Until.HoldsAsync("the turn is logged", () => TurnOf(server, size) is not null);
        table.Row(label, "its turn", Table.Milliseconds(TurnOf(server, size)!.Value), "");
        table.Row(label, "ls-refs of all", await Cost.MeasureAsync(server, Times, async _ => Expect(size + 2, (await client.LsRefsAsync()).Count)));
        table.Row(label, "ls-refs of one prefix, 2 % of all", await Cost.MeasureAsync(
            server, Times, async _ => Expect(size / 50, (await client.LsRefsAsync("refs/heads/team7/")).Count)));
        table.Row(label, "ls-refs of one ref", await Cost.MeasureAsync(
            server, Times, async _ => Expect(1, (await client.LsRefsAsync("refs/heads/main")).Count)));
        var parent = seed.Commit;
        table.Row(label, "push of one commit", await Cost.MeasureAsync(server, Times, async i =>
        {
            var (id, pack) = PackBuilder.OneCommit(seed.Tree, parent, $"commit {i}");
            Seed.Require(await client.PushAsync([new Command("refs/heads/main", parent, id)], pack));
            parent = id;
        }));
        using var folder = new TemporaryFolder();
        var git = GitClient.Create(folder.Path);
        var url = server.RepositoryUrl(seed.Path, GranaryServer.AdminName, GranaryServer.AdminPassword);
        var clone = await git.TryAsync("clone", "-q", "--mirror", url, "clone");
        if (clone.ExitCode != 0)
        {
            table.Row(label, $"git clone --mirror failed: {clone.Error.ReplaceLineEndings(" ").Trim()}", "", "");
            return;
        }

        table.Row(label, "git fetch with nothing new", await Cost.MeasureAsync(server, Times, _ => git.In("clone").RunAsync("fetch", "-q")));
    }

    private static void Expect(int expected, int found)
    {
        if (found != expected) throw new InvalidOperationException($"{found} refs were answered, not {expected}.");
    }

    /// <summary>How long the repository's grain was occupied by the push.</summary>
    private static TimeSpan? TurnOf(GranaryServer server, int updates)
    {
        foreach (Match match in TurnLine().Matches(server.Output))
        {
            if (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) == updates)
                return TimeSpan.FromMilliseconds(long.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        }

        return null;
    }

    [GeneratedRegex(@"applied (\d+) updates in (\d+) ms")]
    private static partial Regex TurnLine();
}
