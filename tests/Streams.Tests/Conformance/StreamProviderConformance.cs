using System.Collections.Concurrent;
using Granary.Tests.Harness;

namespace Granary.Streams.Tests.Conformance;

/// <summary>
/// What Granary relies on in a stream provider, whatever carries the messages. An adapter's tests derive from this class and
/// say how it is registered and where its dead letters are; see <c>KillConformance</c> for what is tried on real processes.
/// </summary>
public abstract class StreamProviderConformance
{
    public const string Namespace = "probe";

    private const int DeliveryLimit = 4;

    /// <summary>How many messages a queue may take beyond its longest length before it refuses.</summary>
    protected virtual int AcceptedBeyondLimit => 0;

    private static TimeSpan Bound => TimeSpan.FromSeconds(90);

    /// <summary>Registers the provider, to give up after <paramref name="deliveryLimit"/> failed deliveries, within seconds.</summary>
    protected abstract void Configure(ISiloBuilder silo, string provider, int deliveryLimit, int maxQueueLength);

    protected abstract Task<IReadOnlyList<(string Id, string Stream, string Reason)>> DeadLettersAsync(IServiceProvider silo);

    protected abstract Task ReplayAsync(IServiceProvider silo, string id);

    /// <summary>Whether an exception says that the queue takes no more just now.</summary>
    protected abstract bool IsQueueFull(Exception exception);

    [Fact]
    public async Task Publish_ManyStreams_EachArrivesCompleteAndInOrder()
    {
        await using var cluster = await StartAsync();
        var keys = NewKeys(20);
        await Task.WhenAll(keys.Select(k => cluster.PublishAsync(k, 1, 50)));
        foreach (var key in keys) await ArrivesAsync(key, 50);
        foreach (var key in keys) Assert.Equal(Enumerable.Range(1, 50), Probe.Of(key).Select(static e => e.Number));
    }

    [Fact]
    public async Task Publish_ConsumersNotStarted_AreDeliveredWhenTheyAre()
    {
        var key = NewKeys(1)[0];
        await using (var early = await StartAsync(reads: false)) await early.PublishAsync(key, 1, 30);
        Assert.Empty(Probe.Of(key));
        await using var late = await StartAsync();
        await ArrivesAsync(key, 30);
        Assert.Equal(Enumerable.Range(1, 30), Probe.Of(key).Select(static e => e.Number));
    }

    [Fact]
    public async Task Deliver_ConsumerFailsForAWhile_SameIdComesAgainBeforeTheNext()
    {
        await using var cluster = await StartAsync();
        var key = NewKeys(1)[0];
        var seen = new ConcurrentQueue<ProbeEvent>();
        var left = DeliveryLimit - 2;
        Probe.Behaviours[key] = item =>
        {
            seen.Enqueue(item);
            return item.Number == 2 && Interlocked.Decrement(ref left) >= 0 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        };
        await cluster.PublishAsync(key, 1, 4);
        await ArrivesAsync(key, 4);
        Assert.Equal([1, 2, 2, 2, 3, 4], seen.Select(static e => e.Number));
        Assert.Single(seen.Where(static e => e.Number == 2).Select(static e => e.Id).Distinct());
        Assert.Empty(await DeadLettersAsync(cluster.Services()));
    }

    [Fact]
    public async Task Deliver_PoisonMessage_IsDeadWithItsReasonAndTheRestGoesOn()
    {
        await using var cluster = await StartAsync();
        var (key, other) = (NewKeys(1)[0], NewKeys(1)[0]);
        var tries = 0;
        var cured = false;
        Probe.Behaviours[key] = item =>
        {
            if (item.Number != 2 || Volatile.Read(ref cured)) return Task.CompletedTask;
            Interlocked.Increment(ref tries);
            throw new InvalidOperationException("this one is poison");
        };
        await cluster.PublishAsync(key, 1, 3);
        await cluster.PublishAsync(other, 1, 3);
        await ArrivesAsync(other, 3);
        await ArrivesAsync(key, 2);
        Assert.Equal([1, 3], Probe.Of(key).Select(static e => e.Number));
        Assert.Equal(DeliveryLimit, tries);
        IReadOnlyList<(string Id, string Stream, string Reason)> letters = [];
        await Until.HoldsAsync("the dead letter is there", async () => (letters = await DeadLettersAsync(cluster.Services())).Count == 1);
        Assert.Equal(key, letters[0].Stream);
        Assert.Contains("this one is poison", letters[0].Reason, StringComparison.Ordinal);

        Volatile.Write(ref cured, true);
        await ReplayAsync(cluster.Services(), letters[0].Id);
        await ArrivesAsync(key, 3);
        Assert.Equal($"{key}/2", Probe.Of(key)[^1].Id);
        await Until.HoldsAsync("no letter is left", async () => (await DeadLettersAsync(cluster.Services())).Count == 0);
    }

    [Fact]
    public async Task Deliver_OneStreamHangsWithALongBacklog_OthersAreDelivered()
    {
        await using var cluster = await StartAsync();
        var (slow, fast) = (NewKeys(1)[0], NewKeys(8));
        var gate = new TaskCompletionSource();
        Probe.Behaviours[slow] = _ => gate.Task;
        await cluster.PublishAsync(slow, 1, 300);
        await Task.WhenAll(fast.Select(k => cluster.PublishAsync(k, 1, 20)));
        foreach (var key in fast) await ArrivesAsync(key, 20);
        Assert.Empty(Probe.Of(slow));
        gate.SetResult();
        await ArrivesAsync(slow, 300);
        Assert.Equal(Enumerable.Range(1, 300), Probe.Of(slow).Select(static e => e.Number).Distinct());
    }

    [Fact]
    public async Task Publish_QueueFull_IsRefusedAndWorksAgainWhenThereIsRoom()
    {
        const int most = 50;
        var key = NewKeys(1)[0];
        var accepted = most;
        await using (var full = await StartAsync(reads: false, maxQueueLength: most))
        {
            await full.PublishAsync(key, 1, most);
            Exception? refusal;
            while ((refusal = await Record.ExceptionAsync(() => full.PublishAsync(key, accepted + 1, accepted + 1))) is null)
                Assert.True(++accepted <= most + AcceptedBeyondLimit, $"{accepted} were accepted");
            Assert.True(IsQueueFull(refusal), refusal.ToString());
        }

        await using var cluster = await StartAsync(maxQueueLength: most);
        await ArrivesAsync(key, accepted);
        await Until.HoldsAsync(
            "there is room", async () => await Record.ExceptionAsync(() => cluster.PublishAsync(key, accepted + 1, accepted + 1)) is null, Bound);
        await ArrivesAsync(key, accepted + 1);
        AssertComplete(key, accepted + 1);
    }

    [Fact]
    public async Task Deliver_SilosJoinAndLeave_NothingIsLostAndFirstDeliveriesKeepTheirOrder()
    {
        await using var cluster = await StartAsync(silos: 2);
        var keys = NewKeys(12);
        foreach (var key in keys) Probe.Behaviours[key] = static _ => Task.Delay(2);
        var publishing = Task.WhenAll(keys.Select(k => cluster.PublishAsync(k, 1, 150)));
        var joined = await cluster.Silos.StartAdditionalSiloAsync();
        await Until.HoldsAsync("a third is through", () => keys.All(static k => Probe.Of(k).Count > 50), Bound);
        await cluster.Silos.StopSiloAsync(joined);
        await publishing;
        foreach (var key in keys) await ArrivesAsync(key, 150);
        foreach (var key in keys) AssertComplete(key, 150);
    }

    [Fact]
    public async Task Deliver_SiloKilled_NothingIsLostAndDuplicatesCarryTheSameId()
    {
        await using var cluster = await StartAsync(silos: 2);
        var keys = NewKeys(12);
        foreach (var key in keys) Probe.Behaviours[key] = static _ => Task.Delay(2);
        await Task.WhenAll(keys.Select(k => cluster.PublishAsync(k, 1, 60)));
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[1]);
        await Task.WhenAll(keys.Select(k => cluster.PublishAsync(k, 61, 120)));
        foreach (var key in keys) await ArrivesAsync(key, 120);
        foreach (var key in keys) AssertComplete(key, 120);
    }

    private static List<string> NewKeys(int count) => [.. Enumerable.Range(0, count).Select(static _ => Guid.NewGuid().ToString("N")[..12])];

    /// <summary>So many different ids have come.</summary>
    private static Task ArrivesAsync(string key, int count) => Until.HoldsAsync(
        $"{count} events of {key} arrive", () => Probe.Of(key).Select(static e => e.Id).Distinct().Count() >= count, Bound);

    private static void AssertComplete(string key, int count)
    {
        var ids = Probe.Of(key).Select(static e => e.Id).Distinct().ToList();
        Assert.Equal(Enumerable.Range(1, count).Select(n => $"{key}/{n}"), ids);
    }

    private Task<StreamCluster> StartAsync(int silos = 1, bool reads = true, int maxQueueLength = 100_000) => StreamCluster.StartAsync(
        (silo, provider) => Configure(silo, provider, DeliveryLimit, maxQueueLength), silos, reads);
}
