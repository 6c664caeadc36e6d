using System.Diagnostics;
using System.Globalization;
using System.Text;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Benchmarks;

/// <summary>
/// Calls of the API that read a repository, beside git started for each: the processor time of the server for a call against that of git's
/// process, and what a client over loopback waits.
/// </summary>
internal static class ReadsBenchmark
{
    private const int Times = 200;
    private const int SmallTimes = 1000;
    private const int GitTimes = 50;
    private const int Searches = 6;
    private const int Clients = 8;
    private const string Name = "reads";

    /// <param name="source">The repository that is read; null: one that is made.</param>
    public static async Task RunAsync(string? source)
    {
        using var folder = new TemporaryFolder();
        source ??= await MakeAsync(folder);
        await using var server = await GranaryServer.StartAsync();
        await server.Admin.CreateProjectAsync(Seed.Project);
        var import = await new Cli(server).RunAsync(["repo", "import", $"{Seed.Project}/{Name}", source]);
        if (import.ExitCode != 0) throw new InvalidOperationException(import.Error);
        await server.Admin.PostAsync($"projects/{Seed.Project}/repositories/{Name}/maintenance", new { });
        var bare = GitClient.Create(folder.Path).In(await server.FolderOfAsync(Seed.Project, Name));
        using var channel = GrpcChannel.ForAddress(server.RpcUrl);
        var calls = new ReadCalls(channel, Seed.Project, Name);
        var sample = await ReadSample.FindAsync(bare);
        Console.WriteLine(sample);

        var table = Table.Start("call", "API: p50, ms", "server CPU, ms", "git: p50, ms", "git CPU, ms", "times less CPU");
        await CompareAsync(table, "200 branches", server, SmallTimes, () => calls.BranchesAsync(), bare, GitTimes, "for-each-ref", "--count=200", "--format=%(refname) %(objectname) %(subject)", "refs/heads");
        await CompareAsync(table, "one commit", server, SmallTimes, () => calls.CommitAsync(sample.Commit), bare, GitTimes, "cat-file", "commit", sample.Commit);
        await CompareAsync(table, "folder, one level", server, SmallTimes, () => calls.TreeAsync(sample.Commit, ""), bare, GitTimes, "ls-tree", sample.Commit);
        await CompareAsync(table, $"file of {Table.Number(sample.BlobSize)} bytes", server, SmallTimes, () => calls.BlobAsync(sample.Blob), bare, GitTimes, "cat-file", "blob", sample.Blob);
        await CompareAsync(table, "log of 1,000 commits", server, () => calls.LogAsync(sample.Commit, 1000), bare, "log", "-1000", "--format=raw", sample.Commit);
        await CompareAsync(table, $"diff of a commit with {sample.DiffFiles} files", server, () => calls.DiffAsync(sample.DiffCommit), bare, "show", "-M", "--format=", sample.DiffCommit);
        await SearchAsync(table, server, calls, bare, sample);
        await FolderAsync(table, server, calls, bare, sample);
        await MixedAsync(server, calls, sample);
    }

    private static Task CompareAsync(Table table, string name, GranaryServer server, Func<Task> call, GitClient bare, params string[] arguments) =>
        CompareAsync(table, name, server, Times, call, bare, GitTimes, arguments);

    private static async Task CompareAsync(
        Table table, string name, GranaryServer server, int times, Func<Task> call, GitClient bare, int gitTimes, params string[] arguments)
    {
        // Enough of them for the compiler to be done with what they run.
        for (var i = 0; i < times; i++) await call();
        await Cost.UntilIdleAsync(server);
        var ours = await Cost.MeasureAsync(server, times, _ => call());
        var walls = new List<TimeSpan>();
        var before = ChildrenTime();
        for (var i = 0; i < gitTimes; i++)
        {
            var clock = Stopwatch.StartNew();
            await bare.TryAsync(arguments);
            walls.Add(clock.Elapsed);
        }

        walls.Sort();
        var git = (ChildrenTime() - before) / gitTimes;
        table.Row(
            name, Precise(ours.Wall), Precise(ours.Processor), Precise(walls[gitTimes / 2]), Precise(git), (git / ours.Processor).ToString("0.0", CultureInfo.InvariantCulture));
    }

    /// <summary>Searches of the whole tree. For a text that is nowhere nearly all time is that of having the blobs.</summary>
    private static async Task SearchAsync(Table table, GranaryServer server, ReadCalls calls, GitClient bare, ReadSample sample)
    {
        const string absent = "no file has this text";
        const string expression = "[Rr]eturn +[a-z]+[0-9]";
        var commit = sample.Commit;
        await CompareAsync(table, "search of a text that is nowhere", server, Searches, () => calls.SearchAsync(commit, absent, false), bare, Searches, "grep", "-n", "-F", "-e", absent, commit);
        await CompareAsync(
            table, "the same (git: with one thread)", server, Searches, () => calls.SearchAsync(commit, absent, false), bare, Searches, "grep", "--threads=1", "-n", "-F", "-e", absent, commit);
        await CompareAsync(table, $"search of {expression}", server, Searches, () => calls.SearchAsync(commit, expression, true), bare, Searches, "grep", "-n", "-E", "-e", expression, commit);
    }

    /// <summary>The last commits of all entries of a large folder: the first time, and from then on.</summary>
    private static async Task FolderAsync(Table table, GranaryServer server, ReadCalls calls, GitClient bare, ReadSample sample)
    {
        var before = Cost.ProcessorTime(server);
        var (first, all, entries) = await calls.LastCommitsAsync(sample.Commit, sample.Folder);
        var cost = Cost.ProcessorTime(server) - before;
        var paths = (await bare.RunAsync("ls-tree", "--name-only", $"{sample.Commit}:{sample.Folder}")).Split('\n');
        var gitBefore = ChildrenTime();
        var clock = Stopwatch.StartNew();
        var looked = paths.Take(GitTimes).ToList();
        foreach (var path in looked) await bare.RunAsync("log", "-1", "--format=%H", sample.Commit, "--", sample.Folder.Length == 0 ? path : $"{sample.Folder}/{path}");
        var scale = (double)paths.Length / looked.Count;
        var gitCost = (ChildrenTime() - gitBefore) * scale;
        table.Row(
            $"folder of {Table.Number(entries)} entries with last commits, first time (git: log -1 of each, {looked.Count} measured)", $"{Precise(first)} first entries, {Precise(all)} all",
            Precise(cost), Precise(clock.Elapsed * scale), Precise(gitCost), (gitCost / cost).ToString("0.0", CultureInfo.InvariantCulture));
        var again = await Cost.MeasureAsync(server, Times, _ => calls.LastCommitsAsync(sample.Commit, sample.Folder));
        table.Row("the same again", Precise(again.Wall), Precise(again.Processor), "", "", "");
    }

    private static async Task MixedAsync(GranaryServer server, ReadCalls calls, ReadSample sample)
    {
        var before = Cost.ProcessorTime(server);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < Times; i++)
            {
                var call = ((client + i) % 3) switch
                {
                    0 => calls.CommitAsync(sample.Commit),
                    1 => calls.TreeAsync(sample.Commit, ""),
                    _ => calls.BlobAsync(sample.Blob),
                };
                await call;
            }
        })));
        var each = (Cost.ProcessorTime(server) - before) / (Clients * Times);
        Console.WriteLine($"\n{Clients} clients, commits, folders and files in turn: {Precise(each)} ms of server CPU a call, {Clients * Times / clock.Elapsed.TotalSeconds:N0} calls a second");
    }

    /// <summary>A history of 3,000 commits with 300 branches, a folder of 1,000 files, and commits of 20 files.</summary>
    private static async Task<string> MakeAsync(TemporaryFolder folder)
    {
        var git = GitClient.Create(folder.Path);
        await git.RunAsync("init", "-q", "--bare", "-b", "main", "source.git");
        await git.In("source.git").StreamAsync(WriteAsync, "fast-import", "--quiet");
        return folder["source.git"];
    }

    private static async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        for (var i = 1; i <= 3000; i++)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter A U Thor <a@example.org> {1_500_000_000 + (i * 600)} +0900\ndata <<END\nchange {i}\n\nwith a body\nEND\n");
            for (var file = 0; file < 20; file++) AddFile(text, $"wide/f{((i * 20) + file) % 1000:0000}", 40, i);
            if (i % 100 == 0) AddFile(text, "file", 330, i);
            if (i % 10 == 0) text.Append(CultureInfo.InvariantCulture, $"reset refs/heads/topic/{i}\nfrom refs/heads/main\n\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()), cancellationToken);
        }
    }

    private static void AddFile(StringBuilder stream, string path, int lines, int change)
    {
        var text = new StringBuilder();
        for (var line = 0; line < lines; line++) text.Append(CultureInfo.InvariantCulture, $"line {line} of {(line % 20 == change % 20 ? change : 0)} and some text\n");
        stream.Append(CultureInfo.InvariantCulture, $"M 100644 inline {path}\ndata {text.Length}\n{text}\n");
    }

    private static TimeSpan ChildrenTime()
    {
        var text = File.ReadAllText("/proc/self/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds(fields[13..15].Sum(static f => double.Parse(f, CultureInfo.InvariantCulture)) / 100);
    }

    private static string Precise(TimeSpan time) => time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
