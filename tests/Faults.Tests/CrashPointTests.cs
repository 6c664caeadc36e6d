using Granary.Faults.Tests.Oracle;
using Granary.Faults.Tests.Tools;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests;

/// <summary>
/// <c>kill -9</c> at every point of a push of three refs, atomic and not, the oracle after each. In the short form atomic pushes
/// die at the named points and others at system calls; <c>GRANARY_LONG_TESTS=1</c> for both at both.
/// </summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    /// <summary>More than any push makes of one call on one thread.</summary>
    private const int MaxCalls = 40;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";

    /// <summary>One thread for file work, so that the n-th call of a thread is the n-th of the push.</summary>
    private static readonly Dictionary<string, string> OneFileThread = new() { ["Granary__Git__FileThreads"] = "1" };

    [Fact]
    public async Task Server_KilledAtEachNamedPoint_KeepsItsPromises()
    {
        using var host = new FaultHost();
        await using var server = await GranaryServer.StartAsync(null, host.Launcher);
        using var run = await FaultRun.BeginAsync(server);
        foreach (var atomic in (bool[])[true, false])
        {
            foreach (var point in FaultHost.Points.Where((_, i) => IsLong || (i % 2 == 0) == atomic || i is > 8 and < 11))
            {
                host.Arm(point, ServerProcesses.SignalKill);
                var report = await run.PushAsync(atomic);
                await server.WaitForExitAsync();
                Assert.True(host.IsReached(point), $"{point} was not reached: {report}");
                await RestartAsync(server, run);
                await run.CheckAsync($"killed at {point}, atomic {atomic}");
            }
        }
    }

    [Theory]
    [InlineData("link", 1)]
    [InlineData("rename", 3)]
    [InlineData("fsync", 4)]
    [InlineData("unlink", 1)]
    [InlineData("pwrite64", 3)]
    public async Task Server_KilledAtEachCallOfItsTurn_KeepsItsPromises(string call, int atLeast)
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync(OneFileThread);
        using var run = await FaultRun.BeginAsync(server);
        foreach (var atomic in IsLong ? (bool[])[false, true] : [call == "rename"])
        {
            var kills = 0;
            for (var n = 1; n < MaxCalls; n++)
            {
                await using (await Strace.AtFileThreadsAsync(server, $"trace={call}", $"inject={call}:signal=SIGKILL:when={n}"))
                {
                    // No more calls than that: the push came through.
                    if (await run.PushAsync(atomic) is { IsOk: true }) break;
                    await server.WaitForExitAsync();
                }

                kills++;
                await RestartAsync(server, run);
                await run.CheckAsync($"killed at {call} {n}, atomic {atomic}");
            }

            output.WriteLine($"{call}, atomic {atomic}: {kills} kills");
            Assert.InRange(kills, atLeast, MaxCalls - 2);
        }
    }

    /// <summary>Outside of the turn: what removes the quarantine when the client has its answer.</summary>
    [Theory]
    [InlineData("unlink")]
    [InlineData("rmdir")]
    public async Task Server_KilledWhileItRemovesTheQuarantine_KeepsItsPromises(string call)
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync(OneFileThread);
        using var run = await FaultRun.BeginAsync(server);
        for (var n = 2; n <= (IsLong ? 4 : 2); n++)
        {
            await using (await Strace.AtServerAsync(server, $"trace={call}", $"inject={call}:signal=SIGKILL:when={n}"))
            {
                await run.PushAsync(atomic: true);
                await Until.HoldsAsync("the quarantine is gone or the server", () => !server.IsRunning || run.Repository.Quarantines().Count == 0);
            }

            if (server.IsRunning) break;
            await RestartAsync(server, run);
            await run.CheckAsync($"killed at {call} {n} of any thread");
        }
    }

    [Theory]
    [InlineData("rename", 0)]
    [InlineData("link", 2)]
    [InlineData("unlink", 2)]
    [InlineData("fsync", 2)]
    public async Task GitChild_KilledAtEachCall_ChangesNothing(string call, int atLeast)
    {
        Strace.Require();
        using var git = new FaultyGit();
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Git__Executable"] = git.Executable });
        using var run = await FaultRun.BeginAsync(server);
        foreach (var atomic in (bool[])[false, true])
        {
            var kills = 0;
            for (var n = 1; n < MaxCalls; n++)
            {
                git.Arm("index-pack", $"inject={call}:signal=SIGKILL:when={n}");
                var report = await run.PushAsync(atomic);
                Assert.NotNull(report);
                Assert.NotNull(git.TakenBy);
                if (report.IsOk) break;
                Assert.True(git.WasKilled);
                kills++;
                await run.CheckAsync($"git killed at {call} {n}, atomic {atomic}");
            }

            output.WriteLine($"{call}, atomic {atomic}: {kills} kills");
            Assert.InRange(kills, atLeast, MaxCalls - 2);
        }
    }

    private static async Task RestartAsync(GranaryServer server, FaultRun run)
    {
        var session = server.ProcessId;
        run.NoteDeath();
        await Until.HoldsAsync("the dead server's git processes have ended", () => ServerProcesses.ChildrenOf(session).Count == 0);
        await server.StartAgainAsync();
    }
}
