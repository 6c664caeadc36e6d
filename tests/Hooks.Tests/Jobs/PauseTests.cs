using System.Text.Json;
using Granary.Hooks.Tests.Webhooks;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Jobs;

/// <summary>What an operator sees of the kinds of jobs, and the switch that holds one up; on a server of its own, which is paused and stopped.</summary>
public sealed class PauseTests
{
    private const string Kind = "webhook";

    [Fact]
    public async Task Kind_PausedOverARestart_KeepsWhatWasPushedAndSendsItInOrderOnceResumed()
    {
        await using var server = await GranaryServer.StartAsync(WebhookServer.Settings);
        await using var receiver = await Receiver.StartAsync();
        using var repository = await HookedRepository.CreateAsync(server);
        var hook = await repository.HookAsync(new { url = receiver.Url });
        await repository.PushAsync();
        await Until.HoldsAsync("it arrives", () => receiver.All.Count == 1);
        var before = await KindAsync(server);
        Assert.Equal((false, "0"), (before.GetProperty("paused").GetBoolean(), before.GetProperty("failed").ToString()));
        Assert.Equal("1", before.GetProperty("succeeded").ToString());
        Assert.Equal(4, before.GetProperty("queues").GetArrayLength());

        var cli = new Cli(server);
        Assert.Equal((0, $"Jobs of kind '{Kind}' are paused.\n"), await RunAsync(cli, "job", "pause", Kind));
        for (var i = 0; i < 3; i++) await repository.PushAsync();
        await repository.Server.Admin.PostAsync($"{hook}/ping", new { });

        // Another kind goes on.
        await Until.HoldsAsync("the feed has all", async () =>
            (await server.Admin.GetAsync($"{repository.Path}/activity")).GetProperty("activity").GetArrayLength() == 4);
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.True((await KindAsync(server)).GetProperty("paused").GetBoolean());
        await Until.HoldsAsync("the lag is known", async () => (await server.Admin.GetAsync("server/job-kinds")).GetProperty("undelivered").ToString() == "3");
        await Metrics.UntilAsync(server, "it is on the page of metrics", static m =>
            m.Sum("granary_jobs_paused", ("kind", Kind)) == 1 && m.Sum("granary_jobs_paused") == 1);
        Assert.Single(receiver.All);

        Assert.Equal((0, $"Jobs of kind '{Kind}' go on.\n"), await RunAsync(cli, "job", "resume", Kind));
        await Until.HoldsAsync("all arrive", () => receiver.All.Count == 5);
        var pushes = receiver.All.Where(static r => r.Event == "push").Select(static r => r.Sequence).ToList();
        Assert.Equal(4, pushes.Count);
        Assert.Equal(pushes.Order(), pushes);
        await Until.HoldsAsync("nothing waits", async () =>
        {
            var now = await KindAsync(server);
            return !now.GetProperty("paused").GetBoolean() && now.GetProperty("queues").EnumerateArray().All(static q => q.GetProperty("waiting").ToString() == "0");
        });
        var (code, list) = await RunAsync(cli, "job", "list");
        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^activity +no +0 +0 +\d+ +0 +0", list);
        Assert.Matches(@"(?m)^webhook +no +0 +0 +3 +0 +0", list);
    }

    private static async Task<JsonElement> KindAsync(GranaryServer server) =>
        (await server.Admin.GetAsync("server/job-kinds")).GetProperty("jobKinds").EnumerateArray().Single(static k => k.GetProperty("kind").GetString() == Kind);

    private static async Task<(int Code, string Output)> RunAsync(Cli cli, params string[] arguments)
    {
        var result = await cli.RunAsync(arguments);
        return (result.ExitCode, result.Output + result.Error);
    }
}
