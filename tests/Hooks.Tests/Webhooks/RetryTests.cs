using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>Receivers that fail, and what that means for what comes after.</summary>
[Collection(WebhookServerCollection.Name)]
public sealed class RetryTests(WebhookServer fixture)
{
    private const int Failure = 500;

    [Fact]
    public async Task Delivery_FirstAnswers500_IsTriedAgainUnderItsId()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            if (receiver.All.Count <= 2) context.Response.StatusCode = Failure;
            return Task.CompletedTask;
        };
        var hook = await repository.HookAsync(new { url = receiver.Url, secret = "s" });
        await repository.PushAsync();
        await Until.HoldsAsync("it is delivered", async () => (await StatesAsync(repository, hook)).SequenceEqual(["DELIVERED"]));
        var all = receiver.All;
        Assert.Equal(3, all.Count);
        Assert.Single(all.Select(static r => r.Delivery).Distinct());
        Assert.All(all, got => Assert.Equal(all[0].Body, got.Body));
        Assert.All(all, static got => Assert.True(got.IsSignedWith("s")));
        var attempts = (await fixture.Server.Admin.GetAsync($"{hook}/deliveries/{all[0].Delivery}")).GetProperty("attempts").EnumerateArray();
        Assert.Equal(
            [(3, 200, "DELIVERED"), (2, Failure, "REJECTED"), (1, Failure, "REJECTED")],
            attempts.Select(static a => (a.GetProperty("number").GetInt32(), a.GetProperty("status").GetInt32(), Text(a, "outcome"))));
        Assert.Equal(0, (await fixture.Server.Admin.GetAsync(hook)).GetProperty("failures").GetInt32());
    }

    [Fact]
    public async Task Push_ManyWhileTheReceiverAnswers_ArriveOnceAndInOrder()
    {
        const int count = 25;
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        await repository.HookAsync(new { url = receiver.Url });
        for (var i = 0; i < count; i++) await repository.PushAsync();
        await Until.HoldsAsync("all arrive", () => receiver.All.Count >= count);
        var sequences = receiver.All.Select(static r => r.Sequence).ToList();
        Assert.Equal(count, sequences.Count);
        Assert.Equal(sequences.Distinct().Order(), sequences);
    }

    [Fact]
    public async Task Delivery_Fails_HoldsUpNoLaterOne()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var mended = false;
        receiver.Answer = (context, got) =>
        {
            if (!Volatile.Read(ref mended) && got.Delivery == receiver.All[0].Delivery) context.Response.StatusCode = Failure;
            return Task.CompletedTask;
        };
        var hook = await repository.HookAsync(new { url = receiver.Url });
        await repository.PushAsync();
        await Until.HoldsAsync("the first one has failed", async () => (await repository.DeliveriesAsync(hook)).Any(static d => d.GetProperty("attemptCount").GetInt32() > 0));
        await repository.PushAsync();
        await repository.PushAsync();
        await Until.HoldsAsync("the later ones arrive", async () => (await StatesAsync(repository, hook)).Count(static s => s == "DELIVERED") == 2);
        Assert.Equal(["DELIVERED", "DELIVERED", "WAITING"], await StatesAsync(repository, hook));
        Volatile.Write(ref mended, true);
        await Until.HoldsAsync("the first one arrives too", async () => (await StatesAsync(repository, hook)).All(static s => s == "DELIVERED"));
    }

    [Fact]
    public async Task Receiver_FailsAgainAndAgain_IsOnlyProbedAndGetsEverythingOnceItAnswers()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var mended = false;
        receiver.Answer = (context, _) =>
        {
            if (!Volatile.Read(ref mended)) context.Response.StatusCode = Failure;
            return Task.CompletedTask;
        };
        var hook = await repository.HookAsync(new { url = receiver.Url });
        for (var i = 0; i < 3; i++) await repository.PushAsync();
        await Until.HoldsAsync("the breaker opens", async () => Text(await fixture.Server.Admin.GetAsync(hook), "state") == "WAITING");
        Assert.True((await fixture.Server.Admin.GetAsync(hook)).TryGetProperty("nextProbeAt", out _));

        // From here on there are no new deliveries: what is pushed stays in the journal.
        for (var i = 0; i < 10; i++) await repository.PushAsync();
        var (before, probed) = (receiver.All.Count, DateTimeOffset.UtcNow);
        await Until.HoldsAsync("it is probed", () => receiver.All.Count >= before + 3);
        Assert.True(DateTimeOffset.UtcNow - probed > TimeSpan.FromSeconds(1), "The probes do not keep their distance.");
        Assert.True((await repository.DeliveriesAsync(hook)).Count <= 4);
        Volatile.Write(ref mended, true);
        await Until.HoldsAsync("everything arrives", async () =>
        {
            var states = await StatesAsync(repository, hook);
            return states.Count == 13 && states.All(static s => s == "DELIVERED");
        });
        var waited = receiver.All.Select(static r => r.Sequence).Where(static s => s > 4).ToList();
        Assert.Equal(waited.Distinct().Order(), waited.TakeLast(waited.Distinct().Count()));
        var after = await fixture.Server.Admin.GetAsync(hook);
        Assert.Equal(("ACTIVE", 0, 0), (Text(after, "state"), after.GetProperty("failures").GetInt32(), after.GetProperty("waiting").GetInt32()));
    }

    /// <summary>A receiver that cannot stand one event must not stay cut off from all others for it.</summary>
    [Fact]
    public async Task Receiver_FailsOnOneDeliveryForEver_IsProbedWithAnother()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var mended = false;
        receiver.Answer = (context, got) =>
        {
            if (!Volatile.Read(ref mended) || got.Delivery == receiver.All[0].Delivery) context.Response.StatusCode = Failure;
            return Task.CompletedTask;
        };
        var hook = await repository.HookAsync(new { url = receiver.Url });
        for (var i = 0; i < 3; i++) await repository.PushAsync();
        await Until.HoldsAsync("the breaker opens", async () => Text(await fixture.Server.Admin.GetAsync(hook), "state") == "WAITING");
        Volatile.Write(ref mended, true);
        await Until.HoldsAsync("the others arrive", async () => (await StatesAsync(repository, hook)).Count(static s => s == "DELIVERED") == 2);
    }

    [Fact]
    public async Task Redeliver_DeliveredOne_ComesAgainUnderItsId()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var hook = await repository.HookAsync(new { url = receiver.Url, secret = "s" });
        await repository.PushAsync();
        await Until.HoldsAsync("it is delivered", async () => (await StatesAsync(repository, hook)).SequenceEqual(["DELIVERED"]));
        await fixture.Server.Admin.PostAsync($"{hook}/deliveries/{receiver.All[0].Delivery}/redeliver", new { });
        await Until.HoldsAsync("it comes again", () => receiver.All.Count == 2);
        Assert.Equal(receiver.All[0].Delivery, receiver.All[1].Delivery);
        Assert.Equal(receiver.All[0].Body, receiver.All[1].Body);
        Assert.True(receiver.All[1].IsSignedWith("s"));
        await Until.HoldsAsync("it is logged", async () => Assert.Single(await repository.DeliveriesAsync(hook)).GetProperty("attemptCount").GetInt32() == 2);
    }

    [Fact]
    public async Task Replay_SinceASequence_SendsThatAndWhatFollowedInOrderUnderTheirIds()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var hook = await repository.HookAsync(new { url = receiver.Url });
        for (var i = 0; i < 4; i++) await repository.PushAsync();
        await Until.HoldsAsync("all arrive", async () => (await StatesAsync(repository, hook)).Count(static s => s == "DELIVERED") == 4);
        var first = receiver.All;
        var begun = await fixture.Server.Admin.PostAsync($"{hook}/replay", new { since = first[1].Sequence });
        Assert.Equal(($"{first[1].Sequence}", $"{first[3].Sequence}"), (begun.GetProperty("from").ToString(), begun.GetProperty("to").ToString()));
        await Until.HoldsAsync("they come again", () => receiver.All.Count == 7);
        Assert.Equal(first.Skip(1).Select(static r => (r.Sequence, r.Delivery)), receiver.All.Skip(4).Select(static r => (r.Sequence, r.Delivery)));
    }

    [Fact]
    public async Task Replay_BeforeTheWebhookWas_SendsWhatTheJournalHas()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await repository.PushAsync();
        await repository.PushAsync();
        await using var receiver = await Receiver.StartAsync();
        var hook = await repository.HookAsync(new { url = receiver.Url });
        await fixture.Server.Admin.PostAsync($"{hook}/replay", new { since = 1 });
        await Until.HoldsAsync("both arrive", () => receiver.All.Count == 2);
        Assert.True(receiver.All[0].Sequence < receiver.All[1].Sequence);
    }

    private static async Task<List<string>> StatesAsync(HookedRepository repository, string hook) =>
        [.. (await repository.DeliveriesAsync(hook)).Select(static d => Text(d, "state"))];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
