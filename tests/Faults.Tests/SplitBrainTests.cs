using Granary.Faults.Tests.Oracle;
using Granary.Faults.Tests.Tools;
using Granary.Reliability.Tests;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests;

/// <summary>
/// Two server processes that know nothing of each other on one volume, one of them paused in the middle of a push: what the
/// storage says counts, and nothing that was acknowledged is lost.
/// </summary>
public sealed class SplitBrainTests
{
    private const string Busy = "the repository is busy; please try again";
    private const string Moved = "the ref has moved since you fetched; fetch first and try again";

    private static readonly Dictionary<string, string> Impatient = new() { ["Granary__Git__LockPatience"] = "00:00:00.5" };

    [Fact]
    public async Task PausedWriter_WhileItsSuccessorWrites_OneOfTwoPushesWins()
    {
        using var host = new FaultHost();
        await using var paused = await GranaryServer.StartAsync(Impatient, host.Launcher);
        using var folder = new TemporaryFolder();
        await using var successor = await StartBesideAsync(paused, folder);
        using var run = await FaultRun.BeginAsync(paused);
        foreach (var point in (string[])["QuarantineMade", "PackReceived", "Inspected"])
        {
            // No lock is held: the successor wins, and the late one is told.
            var (late, next) = await PushWhilePausedAsync(host, run, paused, successor, point);
            Assert.True(next.IsOk, $"{point}: {next}");
            Assert.Equal([Moved], late.Refusals.Values.Distinct());
            await run.CheckAllAsync($"paused at {point}", successor);
        }

        foreach (var point in FaultHost.UnderLock)
        {
            // The lock is held by whoever sleeps: nobody passes, and the sleeper ends what it began.
            var (late, next) = await PushWhilePausedAsync(host, run, paused, successor, point);
            Assert.Equal([Busy], next.Refusals.Values.Distinct());
            Assert.True(late.IsOk, $"{point}: {late}");
            await run.CheckAllAsync($"paused at {point}", successor);
        }

        // The lock is free and the push acknowledged to nobody yet: it has happened for the successor too.
        var (first, second) = await PushWhilePausedAsync(host, run, paused, successor, "GrainAnswered");
        Assert.True(first.IsOk, first.ToString());
        Assert.Equal([Moved], second.Refusals.Values.Distinct());
        await run.CheckAllAsync("paused at GrainAnswered", successor);
    }

    [Fact]
    public async Task PausedWriter_KilledUnderTheLock_ItsSuccessorTakesOver()
    {
        using var host = new FaultHost();
        await using var paused = await GranaryServer.StartAsync(Impatient, host.Launcher);
        using var folder = new TemporaryFolder();
        await using var successor = await StartBesideAsync(paused, folder);
        using var run = await FaultRun.BeginAsync(paused);
        foreach (var point in (string[])["PackedRefsLinked", "IntentWritten", "PackRenamed", "PackedRefsRenamed"])
        {
            host.Arm(point, ServerProcesses.SignalStop);
            var pushing = run.PushAsync(atomic: true);
            await Until.HoldsAsync("the server is paused at " + point, () => host.IsReached(point));
            Assert.Equal([Busy], (await OneRefAsync(run, successor, "refs/heads/other-" + point)).Refusals.Values);
            await paused.KillAsync();
            Assert.Null(await pushing);
            run.NoteDeath();

            // At once, without a restart of anything.
            Assert.True((await OneRefAsync(run, successor, "refs/heads/other-" + point, note: true)).IsOk);
            await paused.StartAgainAsync();
            await run.CheckAllAsync($"killed while paused at {point}", successor);
        }
    }

    [Fact]
    public async Task GitChild_OutlivesItsServer_MovesNoRef()
    {
        using var git = new FaultyGit();
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Git__Executable"] = git.Executable });
        using var run = await FaultRun.BeginAsync(server);
        git.Arm("index-pack", "stop");
        var lost = run.PushAsync(atomic: true);
        await Until.HoldsAsync("git is stopped with the whole pack before it", () => git.TakenBy is { } id && StateOf(id) == 'T');
        var child = git.TakenBy!.Value;
        await Until.HoldsAsync("the quarantine is there", () => run.Repository.Quarantines().Count > 0);
        await server.KillAsync();
        Assert.Null(await lost);
        run.NoteDeath();
        var before = run.DiskRefs();
        await server.StartAgainAsync();

        // The successor has swept and moved on before the child wakes up.
        Assert.True((await run.RetryAsync()).IsOk);
        var after = run.DiskRefs();
        Assert.NotEqual(before, after);
        Assert.True((await run.PushAsync(atomic: false))!.IsOk);
        after = run.DiskRefs();
        ServerProcesses.Signal(child, ServerProcesses.SignalContinue);
        await Until.HoldsAsync("git has ended", () => StateOf(child) is null);
        Assert.Equal(after, run.DiskRefs());

        // If it made its folder anew, the next activation sweeps it.
        await server.KillAsync();
        await server.StartAgainAsync();
        await run.CheckAsync("git woke up after its server's death");
    }

    private static async Task<(PushReport Late, PushReport Next)> PushWhilePausedAsync(
        FaultHost host, FaultRun run, GranaryServer paused, GranaryServer successor, string point)
    {
        host.Arm(point, ServerProcesses.SignalStop);
        var refs = run.DiskRefs();
        var pushing = run.PushAsync(atomic: true);
        await Until.HoldsAsync("the server is paused at " + point, () => host.IsReached(point) && StateOf(paused.ProcessId) == 'T');
        var next = await run.PushBesideAsync(refs, successor);
        host.Resume(point);
        paused.Continue();
        var late = await pushing;
        Assert.NotNull(late);
        return (late, next);
    }

    private static async Task<PushReport> OneRefAsync(FaultRun run, GranaryServer server, string name, bool note = false)
    {
        var (id, pack) = PackBuilder.OneCommit(run.Repository.Tree, run.Repository.Base, name);
        using var client = new RawClient(server, run.Repository.Path);
        var report = await client.PushAsync([new Command(name, Command.Zero, id)], pack);
        if (note) run.Note(name, Command.Zero, id);
        return report;
    }

    /// <summary>The same volume and grain storage under another data folder: its own lock is all that keeps two processes apart.</summary>
    private static Task<GranaryServer> StartBesideAsync(GranaryServer server, TemporaryFolder folder)
    {
        foreach (var name in (string[])["repositories", "pending", "granary.db"])
            File.CreateSymbolicLink(folder[name], Path.Combine(server.DataPath, name));
        return GranaryServer.StartAsync(Impatient, dataPath: folder.Path);
    }

    private static char? StateOf(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var state = text[text.LastIndexOf(')') + 2];
            return state is 'Z' or 'X' ? null : state;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
