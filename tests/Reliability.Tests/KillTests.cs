using System.Diagnostics;
using System.Globalization;
using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>
/// <c>kill -9</c> under load, the server or its git processes paused now and then before it. <c>GRANARY_LONG_TESTS=1</c> for ten
/// minutes, <c>GRANARY_SEED</c> to repeat a run.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int ShortRounds = 6;
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";

    [Fact]
    public async Task Server_KilledUnderPushLoad_KeepsItsPromises()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("GRANARY_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"GRANARY_SEED={seed}");
        var random = new Random(seed);
        await using var server = await GranaryServer.StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "work");
        var log = new HistoryLog();
        Note(log, new Step("refs/heads/main", Command.Zero, repository.Base));
        var clock = Stopwatch.StartNew();
        var round = 0;
        while (IsLong ? clock.Elapsed < LongRun : round < ShortRounds)
        {
            round++;
            await KillUnderLoadAsync(repository, log, random, seed + round);
            await server.StartAgainAsync();
            await CheckAsync(repository, log);
        }

        output.WriteLine($"{round} rounds in {clock.Elapsed.TotalSeconds:F0} s");
        Report(log);
        Assert.Equal("", await repository.FsckAsync("--full", "--strict"));
    }

    [Fact]
    public async Task Quarantine_LeftAtAnyStageOfItsLife_IsSweptByTheNextServer()
    {
        await using var server = await GranaryServer.StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        await server.KillAsync();
        var incoming = Path.Combine(repository.Folder, "granary", "incoming");
        foreach (var files in (string[][])[[], ["pack/"], ["lock"], ["lock", "pack/tmp_pack_x"], ["pack/pack-1.idx"]])
        {
            var quarantine = Directory.CreateDirectory(Path.Combine(incoming, Guid.NewGuid().ToString("N"))).FullName;
            Directory.CreateDirectory(Path.Combine(quarantine, "pack"));
            foreach (var file in files.Where(static f => f[^1] != '/')) await File.WriteAllTextAsync(Path.Combine(quarantine, file), "");
            if (files.Length == 0) Directory.Delete(Path.Combine(quarantine, "pack"));
        }

        await server.StartAgainAsync();
        using var client = repository.Connect();
        await client.LsRefsAsync();
        Assert.Empty(repository.Quarantines());
    }

    private static async Task KillUnderLoadAsync(TestRepository repository, HistoryLog log, Random random, int seed)
    {
        var load = new PushLoad(repository, log, seed);
        using (var client = repository.Connect()) load.Start(await log.LookAsync(() => client.LsRefsAsync()));

        // So many answers, and then some part of the time that one more push takes.
        var enough = log.Acknowledged + random.Next(1, 40);
        await Until.HoldsAsync("pushes are acknowledged", () => log.Acknowledged >= enough, TimeSpan.FromMinutes(1));
        if (random.Next(2) == 0) await PauseAsync(repository.Server, random);
        var part = TimeSpan.FromMicroseconds(random.Next(0, 150_000));
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < part;) Thread.SpinWait(100);
        var session = repository.Server.ProcessId;
        await repository.Server.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        await load.StopAsync();
        foreach (var operation in log.Operations) operation.End(killed);
        await Until.HoldsAsync("the dead server's git processes have ended", () => ServerProcesses.ChildrenOf(session).Count == 0);
    }

    /// <summary>Stops the server, or what git processes it has this moment, and lets them go on.</summary>
    private static async Task PauseAsync(GranaryServer server, Random random)
    {
        int[] stopped = random.Next(2) == 0 ? [server.ProcessId] : [.. server.Children.Select(static c => c.Id)];
        foreach (var process in stopped) ServerProcesses.Signal(process, ServerProcesses.SignalStop);
        await Pause.ForAsync(TimeSpan.FromMilliseconds(random.Next(10, 1000)));
        foreach (var process in stopped) ServerProcesses.Signal(process, ServerProcesses.SignalContinue);
    }

    private static async Task CheckAsync(TestRepository repository, HistoryLog log)
    {
        using var client = repository.Connect();
        var refs = await log.LookAsync(() => client.LsRefsAsync());
        Assert.Empty(HistoryChecker.Check(log, refs));

        // The next push of each kind works at once, whatever the crash left behind.
        foreach (var name in (string[])["refs/heads/probe", "refs/heads/shared", "refs/heads/w0/a", "refs/heads/git"])
        {
            var old = refs.GetValueOrDefault(name, Command.Zero);
            var (id, pack) = PackBuilder.OneCommit(repository.Tree, old == Command.Zero ? repository.Base : old, Guid.NewGuid().ToString());
            var report = await client.PushAsync([new Command(name, old, id)], pack);
            Assert.True(report.IsOk, report.ToString());
            Note(log, new Step(name, old, id));
        }

        refs = await log.LookAsync(() => client.LsRefsAsync());
        Assert.Empty(HistoryChecker.Check(log, refs));
        Assert.Empty(repository.ReadJournal().Compare(HistoryChecker.Applied(log, refs)));
        Assert.Equal("", await repository.FsckAsync("--connectivity-only"));
        await repository.UntilIdleAsync();
        Assert.Empty(repository.Leftovers());
    }

    private static void Note(HistoryLog log, Step step)
    {
        var operation = log.Invoke(false, step);
        step.Fate = Fate.Ok;
        operation.Complete();
    }

    private void Report(HistoryLog log)
    {
        var count = log.Operations.Where(static o => o.Steps[0].Fate != Fate.Unknown).ToLookup(static o => o.Steps.Any(static s => s.Fate == Fate.Ok));
        var unknown = log.Operations.Count(static o => o.IsUnknown);
        output.WriteLine($"pushes: {count[true].Count()} acknowledged, {count[false].Count()} refused, {unknown} unknown; {log.Looks.Count} looks");
    }
}
