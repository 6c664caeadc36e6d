using System.Diagnostics;
using System.Globalization;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Tests;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Ssh;

/// <summary>
/// Peers that fall silent in the handshake, from 127.0.0.2 and on; real clients come from 127.0.0.1. With <c>GRANARY_LONG_TESTS=1</c> there
/// are 5,000 of them at each stage one after the other, otherwise 5,000 at all stages together.
/// </summary>
public sealed class StallTests(ITestOutputHelper output)
{
    private const int Stalled = 5000;
    private const int Clones = 10;

    private static readonly Stage[][] Rounds = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1"
        ? [.. StalledClients.AllStages.Select(static stage => new[] { stage })]
        : [StalledClients.AllStages];

    /// <summary>Long enough for all to be there at once on a busy machine.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(45);

    /// <summary>Limits that let in whoever comes, so that only the grace time ends anybody.</summary>
    private static readonly Dictionary<string, string> NoLimits = new()
    {
        ["MaxConnections"] = "20000",
        ["StartupsBegin"] = "20000",
        ["StartupsFull"] = "20000",
        ["StartupsPerAddress"] = "20000",
        ["VersionTimeout"] = Grace.ToString("c"),
        ["LoginGraceTime"] = Grace.ToString("c"),
    };

    [Fact]
    public async Task Handshakes_FiveThousandStalled_ClonesSucceedAndEverythingIsGivenBack()
    {
        await using var server = await GranaryServer.StartAsync(Variables(NoLimits));
        using var user = await SshUser.CreateAsync(server);
        using (var few = new StalledClients())
        {
            // What is made once for the first connections is no leak.
            await few.OpenAsync(server.SshPort, 200, 10, user.Key, StalledClients.AllStages);
            await CloneAsync(user, "first");
        }

        await Until.HoldsAsync("the first connections are gone", async () => await user.ConnectionsAsync() == 0);
        var before = ServerState.Of(server.ProcessId);
        var memory = MemoryWatch.Now(server.ProcessId);
        foreach (var stages in Rounds)
        {
            using var stalled = new StalledClients();
            var clock = Stopwatch.StartNew();
            await stalled.OpenAsync(server.SshPort, Stalled, 50, user.Key, stages);
            var opened = clock.Elapsed;
            Assert.Equal(0, stalled.Refused);
            clock.Restart();
            await CloneAsync(user, stages[0].ToString());
            var cloned = clock.Elapsed;
            var held = await user.ConnectionsAsync();
            Assert.True(held >= Stalled, $"Only {held} connections were there at once; they were opened in {opened}, the clones took {cloned}.");
            var most = ServerState.Of(server.ProcessId);
            await Until.HoldsAsync("the grace time ends them", async () => await user.ConnectionsAsync() == 0, Grace * 2);
            await before.UntilBackAsync(server.ProcessId);
            await user.Repository.UntilIdleAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{string.Join(", ", stages)}: opened in {opened.TotalSeconds:F1} s, {Clones} clones in {cloned.TotalSeconds:F1} s; {before}, with all {most}, after {ServerState.Of(server.ProcessId)}; private memory {memory >> 20} MiB, after {MemoryWatch.Now(server.ProcessId) >> 20} MiB"));
        }
    }

    [Fact]
    public async Task Handshakes_FiveThousandStalledUnderTheDefaultLimits_ClonesOfOthersSucceed()
    {
        await using var server = await GranaryServer.StartAsync();
        using var user = await SshUser.CreateAsync(server);
        using var stalled = new StalledClients();
        var opening = stalled.OpenAsync(server.SshPort, Stalled, 200, user.Key, [Stage.Connected, Stage.Greeted, Stage.KexInitSent]);
        await Until.HoldsAsync("the places are taken", async () => await user.ConnectionsAsync() > 900, TimeSpan.FromSeconds(60));
        await CloneAsync(user, "during");
        await opening;
        Assert.InRange(await user.ConnectionsAsync(), 500, 1000);
        await CloneAsync(user, "after");
        Assert.Contains("dropped: StartupLimit", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heap_AfterFiveThousandStalled_IsAsBefore()
    {
        using var key = Ed25519HostKey.Create();
        using var host = await HostProcess.StartAsync(key, [.. NoLimits.Select(static limit => $"--Granary:Ssh:{limit.Key}={limit.Value}")]);
        using (var few = new StalledClients()) await few.OpenAsync(host.Port, 200, 10, key, StalledClients.AllStages);
        await host.MeasureHeapAsync();
        var before = await host.MeasureHeapAsync();
        var state = ServerState.Of(host.ProcessId);
        using var stalled = new StalledClients();
        await stalled.OpenAsync(host.Port, Stalled, 50, key, StalledClients.AllStages);
        Assert.Equal(0, stalled.Refused);
        var each = (await host.MeasureHeapAsync() - before) / Stalled;
        await Until.HoldsAsync("the grace time ends them", () => ServerState.Of(host.ProcessId).Handles < state.Handles + 10, Grace * 2);
        await state.UntilBackAsync(host.ProcessId);
        var left = await host.MeasureHeapAsync() - before;
        output.WriteLine($"{before} octets of heap before, {each} for each stalled connection, {left} more after; {state}, after {ServerState.Of(host.ProcessId)}");
        Assert.True(each < 20 << 10, $"{each} octets a connection");
        Assert.True(left < 2 << 20, $"{left} octets of heap are left.");
    }

    private static Dictionary<string, string> Variables(Dictionary<string, string> options) =>
        options.ToDictionary(static option => "Granary__Ssh__" + option.Key, static option => option.Value);

    private static async Task CloneAsync(SshUser user, string name)
    {
        await Task.WhenAll(Enumerable.Range(0, Clones).Select(i => user.Git.RunAsync("clone", "-q", user.Url, $"{name}{i}")));
        for (var i = 0; i < Clones; i++) Assert.Equal(user.Repository.Base, await user.Git.In($"{name}{i}").RunAsync("rev-parse", "HEAD"));
    }
}
