using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>From a push to a receiver by way of a real RabbitMQ.</summary>
public sealed class RabbitMqTests
{
    private const int Count = 20;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Push_BrokerAwayThenThere_AllArriveSignedAndInOrder()
    {
        if (!RabbitMqBroker.IsInstalled)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "RabbitMQ is missing.");
            Assert.Skip("RabbitMQ is not installed.");
        }

        await using var broker = await RabbitMqBroker.StartAsync(start: false);
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>(WebhookServer.Settings)
        {
            ["Granary__Streams__Provider"] = "RabbitMq",
            ["Granary__Streams__RabbitMq__Hosts__0"] = broker.Address,
            ["Granary__Streams__RabbitMq__ReconnectDelay"] = "00:00:00.2",
            ["Granary__Streams__RabbitMq__LagPeriod"] = "00:00:00.5",
            ["Granary__Outbox__MaxRetryDelay"] = "00:00:01",
        });
        await using var receiver = await Receiver.StartAsync();
        using var repository = await HookedRepository.CreateAsync(server);
        await repository.HookAsync(new { url = receiver.Url, secret = "s" });
        for (var i = 0; i < Count / 2; i++) await repository.PushAsync();
        Assert.Empty(receiver.All);
        Assert.Contains("cannot be read", (await KindAsync(server)).GetProperty("fault").GetString(), StringComparison.Ordinal);

        await broker.StartAgainAsync();
        for (var i = 0; i < Count / 2; i++) await repository.PushAsync();
        await Until.HoldsAsync("all arrive", () => receiver.All.DistinctBy(static r => r.Delivery).Count() == Count, Bound);
        var sequences = receiver.All.DistinctBy(static r => r.Delivery).Select(static r => r.Sequence).ToList();
        Assert.Equal(sequences.Order(), sequences);
        Assert.All(receiver.All, static r => Assert.True(r.IsSignedWith("s")));
        await Until.HoldsAsync("the queues are empty", async () =>
        {
            var kind = await KindAsync(server);
            var queues = kind.GetProperty("queues").EnumerateArray().ToList();
            return kind.GetProperty("fault").GetString() is "" && kind.GetProperty("deadLetters").GetInt32() == 0
                && queues.Count == 4 && queues.All(static q => q.GetProperty("waiting").ToString() == "0");
        });
    }

    private static async Task<JsonElement> KindAsync(GranaryServer server) =>
        (await server.Admin.GetAsync("server/job-kinds")).GetProperty("jobKinds").EnumerateArray().Single(static k => k.GetProperty("kind").GetString() == "webhook");
}
