using System.Diagnostics;
using Granary.Faults.Tests.Tools;
using Granary.Reliability.Tests;
using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Oracle;

/// <summary>
/// A repository with three refs that are pushed together, again and again, with a fault each time; what clients see is
/// written down, and the oracle asked afterwards.
/// </summary>
internal sealed class FaultRun : IDisposable
{
    private static readonly string[] Names = ["refs/heads/a", "refs/heads/b", "refs/tags/c"];
    private static int _count;

    private readonly string _rights;
    private readonly Usage _usage;
    private readonly int _process;
    private byte[] _pack = [];
    private Operation? _last;
    private TimeSpan _longest;

    private FaultRun(TestRepository repository, string rights)
    {
        Repository = repository;
        _rights = rights;
        _process = repository.Server.ProcessId;
        _usage = UsageOf(repository.Server);
        var first = Log.Invoke(false, new Step("refs/heads/main", Command.Zero, repository.Base) { Fate = Fate.Ok });
        first.Complete();
    }

    public TestRepository Repository { get; }

    public HistoryLog Log { get; } = new();

    private GranaryServer Server => Repository.Server;

    public static async Task<FaultRun> BeginAsync(GranaryServer server)
    {
        var repository = await TestRepository.CreateAsync(server, "r" + Interlocked.Increment(ref _count));
        await server.Admin.SetMemberAsync("CHAOS", await OneUserAsync(server), "viewer");
        var run = new FaultRun(repository, await RightsAsync(server));
        Assert.True((await run.PushAsync(atomic: true))!.IsOk);
        return run;
    }

    /// <summary>Pushes new commits to the three refs; null when the answer was lost.</summary>
    public Task<PushReport?> PushAsync(bool atomic, int blobSize = 0)
    {
        (_last, _pack) = Make(DiskRefs(), atomic, blobSize);
        return SendAsync(Server, _last, _pack);
    }

    /// <summary>Another push from the same old values, through another server.</summary>
    public async Task<PushReport> PushBesideAsync(IReadOnlyDictionary<string, string> refs, GranaryServer server)
    {
        var (operation, pack) = Make(refs, atomic: true, blobSize: 0);
        return await SendAsync(server, operation, pack) ?? throw new InvalidOperationException("The answer was lost.");
    }

    /// <summary>A push that the test made itself and that was acknowledged.</summary>
    public void Note(string name, string old, string @new) => Log.Invoke(false, new Step(name, old, @new) { Fate = Fate.Ok }).Complete();

    private (Operation Operation, byte[] Pack) Make(IReadOnlyDictionary<string, string> refs, bool atomic, int blobSize)
    {
        var pack = new PackBuilder();
        var tree = Repository.Tree;
        if (blobSize > 0)
        {
            var noise = new byte[blobSize];
            System.Security.Cryptography.RandomNumberGenerator.Fill(noise);
            tree = pack.AddTree(("noise", pack.AddBlob(noise)));
        }

        var steps = Names.Select(name => new Step(
            name, refs.GetValueOrDefault(name, Command.Zero),
            pack.AddCommit(tree, refs.GetValueOrDefault(name, Repository.Base), $"change {Interlocked.Increment(ref _count)}"))).ToList();
        return (Log.Invoke(atomic, steps), pack.Build());
    }

    /// <summary>Sends the last push once more if it did not happen, as its user would.</summary>
    public async Task<(bool IsOk, TimeSpan Time)> RetryAsync()
    {
        var refs = DiskRefs();
        if (_last!.Steps.All(s => refs.GetValueOrDefault(s.Ref) == s.New)) return (true, TimeSpan.Zero);
        foreach (var step in _last.Steps) step.Fate = Fate.Unknown;
        var clock = Stopwatch.StartNew();
        var report = await SendAsync(Server, _last, _pack);
        return (report is { IsOk: true }, clock.Elapsed);
    }

    /// <summary>The server is dead: what it has not done it will not do.</summary>
    public void NoteDeath()
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var operation in Log.Operations) operation.End(now);
    }

    /// <summary>The oracle's word, then a retry, then its word again. An open intent is the next writer's to close.</summary>
    public async Task CheckAsync(string fault, params GranaryServer[] others)
    {
        if (Repository.ReadJournal().Faults.Contains("the last intent is open")) Assert.True((await PushAsync(atomic: true))!.IsOk);
        var before = FaultOracle.Judge(await GatherAsync(null, others), TimeSpan.MaxValue);
        Assert.True(before.Count == 0, $"{fault}: {string.Join("; ", before)}");
        var retry = await RetryAsync();
        var after = FaultOracle.Judge(await GatherAsync(retry, others), TimeSpan.Zero);
        Assert.True(after.Count == 0, $"{fault}, after a retry: {string.Join("; ", after)}");
    }

    /// <summary>The oracle's word when the last push needs no retry: it was answered, whatever the answer.</summary>
    public async Task CheckAllAsync(string fault, params GranaryServer[] others)
    {
        var violations = FaultOracle.Judge(await GatherAsync((true, TimeSpan.Zero), others), TimeSpan.Zero);
        Assert.True(violations.Count == 0, $"{fault}: {string.Join("; ", violations)}");
    }

    public async Task<Evidence> GatherAsync((bool IsOk, TimeSpan Time)? retry, params GranaryServer[] others)
    {
        var views = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var server in (GranaryServer[])[Server, .. others])
        {
            using var client = new RawClient(server, Repository.Path);
            views[$"the server at {server.Port}"] = await Log.LookAsync(() => client.LsRefsAsync("refs/"));
        }

        if (retry is not null) await Repository.UntilIdleAsync();

        // What works beside the pushes, the outbox for one, may have a git process of its own for a moment.
        Usage? usage = null;
        if (retry is not null) await Until.HoldsAsync("no git process is left", () => (usage = UsageOf(Server)).Children == 0);
        var volume = await GatherFromVolumeAsync();
        return volume with
        {
            Views = new Dictionary<string, IReadOnlyDictionary<string, string>>(views.Concat(volume.Views)),
            UsageBefore = _process == Server.ProcessId ? _usage : null,
            Usage = usage,
            Retry = retry,
        };
    }

    /// <summary>What the volume alone shows.</summary>
    public async Task<Evidence> GatherFromVolumeAsync() => new()
    {
        Log = Log,
        Views = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["the volume"] = DiskRefs() },
        MissingTips = await MissingTipsAsync(),
        Fsck = await Repository.FsckAsync("--connectivity-only"),
        Leftovers = Leftovers(Repository.Folder),
        Journal = Repository.ReadJournal(),
        RightsBefore = _rights,
        Rights = await RightsAsync(Server),
        LongestWait = _longest,
    };

    /// <summary>The refs as the volume has them: all are in packed-refs.</summary>
    public Dictionary<string, string> DiskRefs() => File.ReadLines(Path.Combine(Repository.Folder, "packed-refs"))
        .Where(static l => l[0] is not ('#' or '^')).Select(static l => l.Split(' ', 2)).ToDictionary(static l => l[1], static l => l[0]);

    public static IReadOnlyList<Leftover> Leftovers(string repository)
    {
        var now = DateTime.UtcNow;
        var packs = Path.Combine(repository, "objects", "pack");
        return
        [
            // One that went since it was listed has the time 1601, as .NET says it.
            .. Directory.EnumerateFileSystemEntries(repository, "*", SearchOption.AllDirectories).Where(IsLeftover)
                .Select(static path => (Path: path, Time: File.GetLastWriteTimeUtc(path))).Where(static file => file.Time.Year > 1601)
                .Select(file => new Leftover(Path.GetRelativePath(repository, file.Path), now - file.Time)),
        ];

        bool IsLeftover(string path)
        {
            var name = Path.GetFileName(path);
            return name.EndsWith(".lock", StringComparison.Ordinal) || name.EndsWith(".tmp", StringComparison.Ordinal)
                || name.StartsWith("tmp_", StringComparison.Ordinal) || name.StartsWith("packed-refs.", StringComparison.Ordinal)
                || Path.GetFileName(Path.GetDirectoryName(path)) == "incoming"
                || (name.EndsWith(".keep", StringComparison.Ordinal) && File.ReadAllText(path).Contains("push", StringComparison.Ordinal))
                || (Path.GetDirectoryName(path) == packs && name.EndsWith(".pack", StringComparison.Ordinal) && !File.Exists(Path.ChangeExtension(path, ".idx")));
        }
    }

    public void Dispose() => Repository.Dispose();

    private static async Task<string> OneUserAsync(GranaryServer server)
    {
        const string Name = "viewer";
        await server.Admin.SendAsync(HttpMethod.Post, "users", new { name = Name, password = "a password for the viewer" });
        return Name;
    }

    private static async Task<string> RightsAsync(GranaryServer server) => (await server.Admin.GetAsync("projects/CHAOS/members")).GetRawText();

    private static Usage UsageOf(GranaryServer server)
    {
        using var process = Process.GetProcessById(server.ProcessId);
        return new Usage(
            process.WorkingSet64, Directory.GetFiles($"/proc/{server.ProcessId}/fd").Length, process.Threads.Count, server.Children.Count);
    }

    private async Task<IReadOnlyList<string>> MissingTipsAsync()
    {
        var refs = DiskRefs();
        var answer = await Repository.Git.In(Repository.Folder).FeedAsync(string.Join('\n', refs.Values) + "\n", "cat-file", "--batch-check=%(objecttype)");
        return [.. refs.Keys.Zip(answer.Split('\n')).Where(static p => p.Second.EndsWith("missing", StringComparison.Ordinal)).Select(static p => p.First)];
    }

    private async Task<PushReport?> SendAsync(GranaryServer server, Operation operation, byte[] pack)
    {
        using var client = new RawClient(server, Repository.Path);
        var clock = Stopwatch.StartNew();
        try
        {
            var report = await client.PushAsync([.. operation.Steps.Select(static s => new Command(s.Ref, s.Old, s.New))], pack, operation.Atomic);
            foreach (var step in operation.Steps) step.Fate = FateOf(report, step);
            operation.Complete();
            return report;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            return null;
        }
        finally
        {
            if (clock.Elapsed > _longest) _longest = clock.Elapsed;
        }
    }

    private static Fate FateOf(PushReport report, Step step)
    {
        if (report.Status != System.Net.HttpStatusCode.OK || report.Unpack != "ok") return Fate.Refused;
        if (!report.Refusals.TryGetValue(step.Ref, out var refusal)) return Fate.Ok;
        if (refusal.Contains("fetch to see whether it arrived", StringComparison.Ordinal)) return Fate.Unknown;
        return refusal.Contains("the ref has moved", StringComparison.Ordinal) ? Fate.Moved : Fate.Refused;
    }
}
