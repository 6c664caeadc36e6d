using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Benchmarks;

/// <summary>Many registered repositories in one project: what one more costs, and what they all cost a server that starts.</summary>
internal static class RepositoriesBenchmark
{
    private const int Parallelism = 16;
    private const int Times = 21;
    private const int PageSize = 100;
    private static readonly TimeSpan StopBound = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(int count)
    {
        await using var server = await GranaryServer.StartAsync();
        await server.Admin.CreateProjectAsync(Seed.Project);
        var table = Table.Start("repositories", "operation", "wall, p50 ms", "server CPU, ms");
        await RestartAsync(server, 0, table);
        var disk = DiskUsage(server);
        await CreateAsync(server, count, table);
        Console.WriteLine($"disk per empty repository: {(DiskUsage(server) - disk) / 1024.0 / count:F1} KiB");
        await RestartAsync(server, count, table);
        await ReadAsync(server, count, table);
    }

    /// <summary>In ten equal parts, so that a cost that grows with their number is seen.</summary>
    private static async Task CreateAsync(GranaryServer server, int count, Table table)
    {
        var part = Math.Max(1, count / 10);
        for (var first = 0; first < count; first += part)
        {
            var (before, clock) = (Cost.ProcessorTime(server), Stopwatch.StartNew());
            var last = Math.Min(count, first + part);
            await Parallel.ForAsync(first, last, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) =>
                await server.Admin.CreateRepositoryAsync(Seed.Project, Name(i)));
            var each = new Cost(clock.Elapsed / (last - first), (Cost.ProcessorTime(server) - before) / (last - first));
            var rate = ((last - first) / clock.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
            table.Row(Table.Number(last), $"create, {Parallelism} at once: {rate}/s (wall is the mean)", each);
        }
    }

    private static async Task RestartAsync(GranaryServer server, int count, Table table)
    {
        await server.TerminateAsync(StopBound);
        var clock = Stopwatch.StartNew();
        await server.StartAgainAsync();
        table.Row(Table.Number(count), "start until ready", new Cost(clock.Elapsed, Cost.ProcessorTime(server)));
        table.Row(Table.Number(count), $"private memory when ready: {Table.MiB(Cost.PrivateMemory(server))} MiB", "", "");
    }

    private static async Task ReadAsync(GranaryServer server, int count, Table table)
    {
        var label = Table.Number(count);
        using var folder = new TemporaryFolder();
        var git = GitClient.Create(folder.Path);
        var random = new Random(1);
        table.Row(label, "git ls-remote of one, the first request", await LookAsync(1));
        table.Row(label, "git ls-remote of one", await LookAsync(Times));
        table.Row(label, $"list, first page of {PageSize}", await PageAsync(""));
        table.Row(label, "private memory after these: " + Table.MiB(Cost.PrivateMemory(server)) + " MiB", "", "");
        var token = "";
        var found = 0;
        var last = "";
        var all = await Cost.MeasureAsync(server, 1, async _ =>
        {
            do
            {
                last = token;
                var page = await server.Admin.GetAsync($"{List}&pageToken={token}");
                found += page.GetProperty("repositories").GetArrayLength();
                token = page.GetProperty("nextPageToken").GetString()!;
            }
            while (token.Length > 0);
        });
        if (found != count) throw new InvalidOperationException($"The list has {found} repositories, not {count}.");
        table.Row(label, "list, all pages", all);
        table.Row(label, "list, last page", await PageAsync(last));
        table.Row(label, $"private memory after all pages: {Table.MiB(Cost.PrivateMemory(server))} MiB", "", "");

        Task<Cost> LookAsync(int times) => Cost.MeasureAsync(server, times, _ => git.RunAsync("ls-remote", server.RepositoryUrl(
            $"{Seed.Project}/{Name(random.Next(count))}.git", GranaryServer.AdminName, GranaryServer.AdminPassword)));

        Task<Cost> PageAsync(string page) => Cost.MeasureAsync(server, Times, _ => server.Admin.GetAsync($"{List}&pageToken={page}"));
    }

    private static string List => $"projects/{Seed.Project}/repositories?pageSize={PageSize}";

    private static string Name(int number) => $"repository{number:D6}";

    /// <summary>Bytes that the data folder occupies, du(1).</summary>
    private static long DiskUsage(GranaryServer server)
    {
        var start = new ProcessStartInfo("du", ["-s", "-B1", server.DataPath]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.Parse(text.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
