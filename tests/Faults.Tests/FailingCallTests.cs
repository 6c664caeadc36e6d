using System.Net;
using Granary.Faults.Tests.Oracle;
using Granary.Faults.Tests.Tools;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests;

/// <summary>Each system call of a push fails once, or from then on: the client is told what happened, and it is true.</summary>
public sealed class FailingCallTests(ITestOutputHelper output)
{
    private const int MaxCalls = 60;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";

    private static readonly Dictionary<string, string> OneFileThread = new() { ["Granary__Git__FileThreads"] = "1" };

    private static readonly string[] Reasons =
    [
        "no space left on the server's volume; nothing was changed",
        "the server's volume fails to read or write; nothing was changed",
        "the server's volume is read-only; nothing was changed",
    ];

    [Theory]
    [InlineData("openat", "EIO", 4)]
    [InlineData("openat", "EROFS", 4)]
    [InlineData("pwrite64", "ENOSPC", 2)]
    [InlineData("pwrite64", "EIO", 2)]
    [InlineData("fsync", "EIO", 2)]
    [InlineData("fsync", "ENOSPC", 2)]
    [InlineData("link", "ENOSPC", 1)]
    [InlineData("rename", "EIO", 3)]
    [InlineData("rename", "ENOSPC", 3)]
    public async Task Turn_WithAFailingCall_TellsTheTruth(string call, string error, int atLeast)
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync(OneFileThread);
        using var run = await FaultRun.BeginAsync(server);
        foreach (var onwards in (string[])["", "+"])
        {
            var (refusals, missed) = (0, 0);
            for (var n = 1; n < MaxCalls; n++)
            {
                PushReport? report;
                bool injected;
                await using (var strace = await Strace.AtFileThreadsAsync(server, $"trace={call}", $"inject={call}:error={error}:when={n}{onwards}"))
                {
                    report = await run.PushAsync(atomic: n % 2 == 0);
                    injected = strace.HasInjected;
                }

                // A push makes a call more or less than another: the last call was struck when two in a row have none of that number.
                missed = injected ? 0 : missed + 1;
                if (missed > 1) break;
                if (!injected) continue;
                if (!IsTrue(report, onwards)) Assert.Fail($"{call} {n}{onwards} {error}: {report}");
                if (!report!.IsOk) refusals++;
                await run.CheckAsync($"{call} {n}{onwards} {error}");
            }

            output.WriteLine($"{call}{onwards} {error}: {refusals} refusals");
            Assert.InRange(refusals, atLeast, MaxCalls - 1);
        }
    }

    [Theory]
    [InlineData("index-pack", "write", "ENOSPC", 2, true)]
    [InlineData("index-pack", "fsync", "EIO", 2, true)]
    [InlineData("index-pack", "fsync", "ENOSPC", 2, true)]
    [InlineData("index-pack", "link", "ENOSPC", 0, true)]
    [InlineData("index-pack", "openat", "EROFS", 2, false)]
    [InlineData("rev-list", "openat", "EIO", 2, false)]
    [InlineData("cat-file", "openat", "EIO", 2, false)]
    public async Task GitChild_WithAFailingCall_ChangesNothing(string command, string call, string error, int atLeast, bool saysWhy)
    {
        Strace.Require();
        using var git = new FaultyGit();

        // Small pushes have their objects looked at by git as large ones do.
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Git__Executable"] = git.Executable,
            ["Granary__Git__SmallPushObjects"] = "0",
        });
        using var run = await FaultRun.BeginAsync(server);
        var refusals = 0;
        var reasons = new HashSet<string>();
        for (var n = 1; n < (IsLong || saysWhy ? MaxCalls : 16); n++)
        {
            git.Arm(command, $"inject={call}:error={error}:when={n}");
            var report = await run.PushAsync(atomic: n % 2 == 0);
            Assert.NotNull(report);
            Assert.NotNull(git.TakenBy);
            var struck = git.HasFailed;
            if (!report.IsOk)
            {
                refusals++;
                Assert.True(struck, report.ToString());
                if (report.Unpack == "ok") reasons.UnionWith(report.Refusals.Values);
                else reasons.Add(report.Unpack);
            }

            await run.CheckAsync($"{command} {call} {n} {error}");
            output.WriteLine($"{command} {call} {n} {error}: {report}");
            if (!struck) break;
        }

        Assert.InRange(refusals, atLeast, MaxCalls - 1);

        // An object that git cannot open is missing to it; elsewhere it says what the system said.
        if (saysWhy) Assert.All(reasons, static r => Assert.Contains(r, Reasons));
    }

    [Theory]
    [InlineData("pwrite64", "ENOSPC", HttpStatusCode.TooManyRequests, "No space left on the server's volume; nothing was changed.")]
    [InlineData("pwrite64", "EIO", HttpStatusCode.ServiceUnavailable, "The server's volume fails to read or write; nothing was changed.")]
    [InlineData("fsync,fdatasync", "EIO", HttpStatusCode.ServiceUnavailable, "The server's volume fails to read or write; nothing was changed.")]
    public async Task GrainStorage_CannotWrite_SaysSoAndRecovers(string call, string error, HttpStatusCode status, string message)
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync();
        using var run = await FaultRun.BeginAsync(server);
        await using (await Strace.AtStorageAsync(server, $"trace={call}", $"inject={call}:error={error}"))
        {
            var refused = await server.Admin.SendAsync(HttpMethod.Post, "users", new { name = "late", password = "a password that is long" });
            Assert.Equal((status, message), (refused.Status, refused.Json.GetProperty("message").GetString()));
            using var health = await server.Admin.Client.GetAsync(new Uri("healthz/ready", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
            Assert.Contains("storage: grain storage does not answer: ", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);

            // Pushes and reads need no grain storage.
            Assert.True((await run.PushAsync(atomic: true))!.IsOk);
        }

        await server.Admin.CreateUserAsync("late", "a password that is long");
        await run.CheckAsync($"{call} {error} of grain storage");
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.Admin.SendAsync(HttpMethod.Get, "users/late")).Status);
    }

    [Fact]
    public async Task ColdRepository_ThatCannotBeRead_IsSaidSoAndReadLater()
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync();
        using var run = await FaultRun.BeginAsync(server);
        await server.KillAsync();
        run.NoteDeath();
        await server.StartAgainAsync();

        // Another repository brings the file threads to life.
        using var warm = await FaultRun.BeginAsync(server);
        var url = new Uri($"{run.Repository.Path}/info/refs?service=git-upload-pack", UriKind.Relative);
        await using (await Strace.AtFileThreadsAsync(server, "trace=openat", "inject=openat:error=EIO"))
        {
            using var refused = await server.Admin.Client.GetAsync(url);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.StartsWith("The server's volume fails to read or write.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            var report = await run.PushAsync(atomic: true);

            // Its policy cannot be read either, so the push is answered before its pack is.
            Assert.Equal(HttpStatusCode.ServiceUnavailable, report!.Status);
            Assert.StartsWith("The server's volume fails to read or write.", report.Text, StringComparison.Ordinal);
        }

        using var answer = await server.Admin.Client.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await run.CheckAsync("a cold repository");
    }

    [Fact]
    public async Task SlowSync_OfAPush_HoldsUpNoReader()
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync();
        using var run = await FaultRun.BeginAsync(server);
        await using (var strace = await Strace.AtFileThreadsAsync(server, "trace=fsync", "inject=fsync:delay_enter=1500ms"))
        {
            var pushing = run.PushAsync(atomic: true);
            await Until.HoldsAsync("a sync is slow", () => strace.Lines.Length > 0 || pushing.IsCompleted);
            using var client = new RawClient(server, run.Repository.Path);
            for (var i = 0; i < 20 && !pushing.IsCompleted; i++)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                await client.LsRefsAsync("refs/");
                Assert.InRange(clock.ElapsedMilliseconds, 0, 1000);
            }

            Assert.False(pushing.IsCompleted, "The reads were done while the push waited for its syncs.");
            Assert.True((await pushing)!.IsOk);
            Assert.True(strace.HasInjected);
        }

        await run.CheckAsync("slow syncs");
    }

    /// <summary>Accepted, or refused with the reason and a promise; unknown is allowed only when the volume goes on failing.</summary>
    private static bool IsTrue(PushReport? report, string onwards)
    {
        if (report is not { Status: HttpStatusCode.OK }) return false;
        if (report.IsOk) return true;
        return report.Refusals.Values.All(r => Reasons.Contains(r) || (onwards == "+" && r.Contains("fetch to see whether it arrived", StringComparison.Ordinal)));
    }
}
