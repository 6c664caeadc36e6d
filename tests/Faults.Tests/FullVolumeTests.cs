using System.Net;
using Granary.Faults.Tests.Oracle;
using Granary.Faults.Tests.Tools;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests;

/// <summary>The server on a volume of its own that fills up, runs out of inodes or becomes read-only, and recovers without a restart.</summary>
public sealed class FullVolumeTests
{
    private const string Full = "no space left on the server's volume; nothing was changed";
    private const string ReadOnly = "the server's volume is read-only; nothing was changed";

    [Fact]
    public async Task Volume_FillsUp_RefusesWritesServesReadsAndRecovers()
    {
        using var volume = Volume.Mount("size=96m");
        await using var server = await GranaryServer.StartAsync(dataPath: Path.Combine(volume.Path, "data"));
        using var run = await FaultRun.BeginAsync(server);
        foreach (var left in (long[])[1 << 20, 64 << 10, 12 << 10, 0])
        {
            volume.Fill(left);
            var used = volume.UsedByRepositories;
            AssertRefused(await run.PushAsync(atomic: left > 0, blobSize: 3 << 20), Full);
            await run.Repository.UntilIdleAsync();
            Assert.InRange(volume.UsedByRepositories, 0, used + 8192);
            await AssertReadableAsync(run);
            if (left == 0)
            {
                // Not even an empty pack, or a ref alone.
                AssertRefused(await run.PushAsync(atomic: false), Full);
                await AssertNotReadyAsync(server, "volume: no space left on the server's volume.", "storage: grain storage does not answer");
                var refused = await server.Admin.SendAsync(HttpMethod.Post, "users", new { name = "late", password = "a password that is long" });
                Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
                Assert.Equal("No space left on the server's volume; nothing was changed.", refused.Json.GetProperty("message").GetString());
                AssertRefusedCreation(await server.Admin.SendAsync(HttpMethod.Post, "projects/CHAOS/repositories", new { name = "late" }));
            }

            volume.Empty();
            await run.CheckAsync($"{left} bytes left");
        }

        await UntilReadyAsync(server);
        await server.Admin.CreateUserAsync("late", "a password that is long");
        await server.Admin.CreateRepositoryAsync("CHAOS", "late");
        Assert.True((await run.PushAsync(atomic: true, blobSize: 3 << 20))!.IsOk);
        await run.CheckAllAsync("the volume was full");
    }

    [Fact]
    public async Task Volume_OutOfInodes_RefusesWritesServesReadsAndRecovers()
    {
        using var volume = Volume.Mount("size=96m,nr_inodes=400");
        await using var server = await GranaryServer.StartAsync(dataPath: Path.Combine(volume.Path, "data"));
        using var run = await FaultRun.BeginAsync(server);
        volume.FillInodes();
        AssertRefused(await run.PushAsync(atomic: true), Full);
        await AssertReadableAsync(run);
        await AssertNotReadyAsync(server, "volume: no space left on the server's volume.");
        volume.Empty();
        await run.CheckAsync("no inodes left");
        await UntilReadyAsync(server);
    }

    [Fact]
    public async Task RepositoryVolume_BecomesReadOnly_RefusesWritesServesReadsAndRecovers()
    {
        using var volume = Volume.Mount("size=96m");
        using var data = new TemporaryFolder();
        File.CreateSymbolicLink(data["repositories"], volume.Path);
        await using var server = await GranaryServer.StartAsync(dataPath: data.Path);
        using var run = await FaultRun.BeginAsync(server);
        using var cold = await FaultRun.BeginAsync(server);
        await run.Repository.UntilIdleAsync();
        await server.TerminateAsync();
        await server.StartAgainAsync();
        Assert.True((await run.PushAsync(atomic: true))!.IsOk);
        await run.Repository.UntilIdleAsync();
        volume.Remount("ro");
        AssertRefused(await run.PushAsync(atomic: true), ReadOnly);
        await AssertReadableAsync(run);

        // One whose grain is not active yet cannot be cleared up, but be read.
        await AssertReadableAsync(cold);
        AssertRefused(await cold.PushAsync(atomic: false), ReadOnly);
        await AssertNotReadyAsync(server, "volume: the server's volume is read-only.");
        volume.Remount("rw");
        await run.CheckAsync("read-only");
        await cold.CheckAsync("read-only");
        await UntilReadyAsync(server);
    }

    [Fact]
    public async Task Server_StartedOnAFullVolume_SaysSo()
    {
        using var volume = Volume.Mount("size=8m");
        await using var server = await GranaryServer.StartAsync(dataPath: Path.Combine(volume.Path, "data"));
        await server.TerminateAsync();
        volume.Fill(0);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(server.StartAgainAsync);
        Assert.True(fault.Message.Contains("(Granary:DataPath): no space left on the server's volume.", StringComparison.Ordinal), fault.Message);
        volume.Empty();
        await server.StartAgainAsync();
    }

    private static void AssertRefused(PushReport? report, string reason)
    {
        Assert.NotNull(report);
        Assert.Equal(HttpStatusCode.OK, report.Status);
        Assert.Equal(3, report.Refusals.Count);
        if (report.Unpack == "ok") Assert.Equal([reason], report.Refusals.Values.Distinct());
        else Assert.Equal(reason, report.Unpack);
    }

    private static void AssertRefusedCreation(ApiReply reply)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, reply.Status);
        Assert.Contains("o space left", reply.Text, StringComparison.Ordinal);
    }

    private static async Task AssertReadableAsync(FaultRun run)
    {
        using var client = new RawClient(run.Repository.Server, run.Repository.Path);
        var refs = await client.LsRefsAsync("refs/");
        Assert.Equal(run.DiskRefs(), refs);
        using var answer = await client.FetchAsync([.. refs.Values]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("PACK", System.Text.Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
    }

    private static async Task AssertNotReadyAsync(GranaryServer server, params string[] reasons)
    {
        using var answer = await server.Admin.Client.GetAsync(new Uri("healthz/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        foreach (var reason in reasons) Assert.Contains(reason, text, StringComparison.Ordinal);
    }

    private static Task UntilReadyAsync(GranaryServer server) => Until.HoldsAsync("the server is ready", async () =>
    {
        using var answer = await server.Admin.Client.GetAsync(new Uri("healthz/ready", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.OK;
    });
}
