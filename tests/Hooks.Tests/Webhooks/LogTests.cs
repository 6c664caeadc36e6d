using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>What stays of webhooks and their deliveries, and what does not.</summary>
[Collection(StrictServerCollection.Name)]
public sealed class LogTests(StrictServer fixture)
{
    [Fact]
    public async Task Log_MoreDeliveriesThanItsBound_KeepsTheLatest()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        var hook = await repository.HookAsync(new { url = receiver.Url });
        for (var i = 0; i < StrictServer.MaxLogged + 4; i++) await repository.PingAsync(hook);
        var latest = receiver.All.TakeLast(StrictServer.MaxLogged).Select(static r => r.Delivery).Reverse();
        await Until.HoldsAsync("the log is cut", async () =>
            (await repository.DeliveriesAsync(hook)).Select(static d => Text(d, "deliveryId")).SequenceEqual(latest));
        Assert.Equal(
            System.Net.HttpStatusCode.NotFound,
            (await fixture.Server.Admin.SendAsync(HttpMethod.Get, $"{hook}/deliveries/{receiver.All[0].Delivery}")).Status);
    }

    [Fact]
    public async Task Receiver_FailsForLong_SwitchesTheWebhookOffWithANotice()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        receiver.Answer = static (context, _) => Task.FromResult(context.Response.StatusCode = 500);
        var hook = await repository.HookAsync(new { url = receiver.Url });
        for (var i = 0; i < 3; i++) await repository.PushAsync();
        await Until.HoldsAsync("it is switched off", async () => Text(await fixture.Server.Admin.GetAsync(hook), "state") == "DISABLED");
        Assert.Contains("every delivery since", Text(await fixture.Server.Admin.GetAsync(hook), "notice"), StringComparison.Ordinal);
        await Metrics.UntilAsync(fixture.Server, "it is counted", static m => m.Sum("granary_webhooks_disabled_total") >= 1);
        var line = $"Webhook {hook.Split('/')[^1]} of project {repository.Project}: Switched off";
        await Until.HoldsAsync("it is in the server's log", () => fixture.Server.Output.Contains(line, StringComparison.OrdinalIgnoreCase));

        // Nothing is sent, until it is mended, made active and asked for what it missed.
        var before = receiver.All.Count;
        await repository.PushAsync();
        receiver.Answer = static (_, _) => Task.CompletedTask;
        Assert.Equal("DELIVERED", Text(await repository.PingAsync(hook), "outcome"));
        Assert.Equal(["ping"], receiver.All.Skip(before).Select(static r => r.Event));
        var active = await fixture.Server.Admin.PatchAsync(hook, new { active = true });
        Assert.Equal(("ACTIVE", ""), (Text(active, "state"), active.TryGetProperty("notice", out var notice) ? notice.GetString() : ""));
        await fixture.Server.Admin.PostAsync($"{hook}/replay", new { since = 1 });
        await Until.HoldsAsync("all pushes arrive", () => receiver.All.Skip(before).Where(static r => r.Event == "push").Select(static r => r.Sequence).Distinct().Count() == 4);
    }

    [Fact]
    public async Task Delivery_TriedToTheLast_IsGivenUpWithItsLatestAttempts()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        var first = "";
        receiver.Answer = (context, got) =>
        {
            if (Interlocked.CompareExchange(ref first, got.Delivery, "") is "" || first == got.Delivery) context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var hook = await repository.HookAsync(new { url = receiver.Url });
        await repository.PushAsync();
        await Until.HoldsAsync("it was tried", () => receiver.All.Count > 0);

        // Others arrive meanwhile, so that it is this delivery's failures that count and not the receiver's.
        await Until.HoldsAsync("it is given up", async () =>
        {
            if ((await fixture.Server.Admin.GetAsync(hook)).GetProperty("failures").GetInt32() > 1) await repository.PingAsync(hook);
            return (await repository.DeliveriesAsync(hook)).Any(d => Text(d, "deliveryId") == first && Text(d, "state") == "FAILED");
        });
        var details = await fixture.Server.Admin.GetAsync($"{hook}/deliveries/{first}");
        Assert.Equal(5, details.GetProperty("delivery").GetProperty("attemptCount").GetInt32());
        Assert.Equal([5, 4, 3], details.GetProperty("attempts").EnumerateArray().Select(static a => a.GetProperty("number").GetInt32()));
        Assert.Equal("ACTIVE", Text(await fixture.Server.Admin.GetAsync(hook), "state"));
    }

    [Fact]
    public async Task Project_Deleted_TakesItsWebhooksDeliveriesAndLogWithIt()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        var hooks = new[] { await repository.HookAsync(new { url = receiver.Url }, ofProject: true), await repository.HookAsync(new { url = receiver.Url }) };
        await repository.PushAsync();
        await Until.HoldsAsync("both arrive", () => receiver.All.Count == 2);
        foreach (var hook in hooks) await Until.HoldsAsync("it is logged", async () => Text((await repository.DeliveriesAsync(hook))[0], "state") == "DELIVERED");
        await fixture.Server.Admin.DeleteAsync(repository.Path);
        await fixture.Server.Admin.DeleteAsync($"projects/{repository.Project}");
        var ids = hooks.Select(static h => Guid.Parse(h.Split('/')[^1])).ToList();
        Assert.Equal(0, await WebhookRows.CountAsync(fixture.Server, "hook", "id", ids));
        foreach (var table in new[] { "delivery", "cursor", "lane" }) Assert.Equal(0, await WebhookRows.CountAsync(fixture.Server, table, "hook", ids));
        Assert.Equal(0, await WebhookRows.CountAsync(fixture.Server, "attempt", "delivery", [.. receiver.All.Select(static r => Guid.Parse(r.Delivery))]));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
