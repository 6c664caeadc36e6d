using Granary.Streams.Tests.Conformance;
using Granary.Tests.Harness;

namespace Granary.Streams.Tests.RabbitMq;

public sealed class RabbitMqKillTests(SharedBroker shared) : KillConformance, IAsyncLifetime
{
    private readonly string _exchange = Guid.NewGuid().ToString("N")[..12];
    private RabbitMqBroker? _broker;

    public async ValueTask InitializeAsync() => _broker = await shared.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Producer and consumer go on while their broker dies twice; what comes again has come before.</summary>
    [Fact]
    public async Task Kill_Broker_EverythingConfirmedArrivesAndFirstDeliveriesKeepTheirOrder()
    {
        await using var broker = await RabbitMqBroker.StartAsync();
        _broker = broker;
        using var folder = new TemporaryFolder();
        var (sent, got) = (folder["sent"], folder["got"]);
        using var producer = Start("produce", folder, sent);
        using var consumer = Start("consume", folder, got);
        await Until.HoldsAsync("the queues are there", () => Lines(got).Count > 100, TimeSpan.FromSeconds(90));
        await broker.RestartAsync();
        for (var round = 0; round < 2; round++)
        {
            var (published, delivered) = (Lines(sent).Count, Lines(got).Count);
            await Until.HoldsAsync(
                "messages flow", () => Lines(sent).Count > published + 500 && Lines(got).Count > delivered + 500, TimeSpan.FromSeconds(90));
            await broker.KillAsync();
            await broker.StartAgainAsync();
        }

        var before = Lines(sent).Count;
        await Until.HoldsAsync("it publishes again", () => Lines(sent).Count > before + 100, TimeSpan.FromSeconds(90));
        await KillAsync(producer);
        var confirmed = Lines(sent).ToHashSet();
        await Until.HoldsAsync("everything is there", () => confirmed.IsSubsetOf(Lines(got)), TimeSpan.FromSeconds(120));
        await KillAsync(consumer);
        foreach (var stream in Lines(got).Distinct().Select(Parse).GroupBy(static e => e.Stream))
            Assert.Equal(Enumerable.Range(1, stream.Count()), stream.Select(static e => e.Number));
    }

    protected override (string Provider, string Path) Node(TemporaryFolder folder) => ("rabbitmq", $"{_broker!.Address}/{_exchange}");
}
