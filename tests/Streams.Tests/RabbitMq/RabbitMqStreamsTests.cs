using System.Globalization;
using System.Text;
using Granary.Streams.Delivery;
using Granary.Streams.DeadLetters;
using Granary.Streams.RabbitMq;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.Tests.Conformance;
using Granary.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Granary.Streams.Tests.RabbitMq;

public sealed class RabbitMqStreamsTests(SharedBroker shared) : IAsyncLifetime
{
    private readonly string _exchange = Guid.NewGuid().ToString("N")[..12];
    private readonly string _key = Guid.NewGuid().ToString("N")[..12];
    private RabbitMqBroker? _broker;
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>What another program would use.</summary>
    private IChannel Channel => _channel!;

    public async ValueTask InitializeAsync()
    {
        _broker = await shared.GetAsync();
        _connection = await new ConnectionFactory { Port = _broker.Port, HostName = "127.0.0.1" }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection!.DisposeAsync();
    }

    [Fact]
    public async Task Read_MessagesThatCannotBeUnderstood_AreDeadWithTheReasonAndTheRestIsDelivered()
    {
        await using var cluster = await StartAsync();
        await PublishAsync(cluster, 1, 1);
        await SendAsync("{\"id\":", "probe", 1);
        await SendAsync("{}", "probe", 7);
        await SendAsync("{}", "unheard-of", 1);
        await SendAsync("{}", "probe", null);
        await SendAsync("{}", null, 1);
        await SendAsync($$"""{"id":"{{_key}}/2","stream":"{{_key}}","number":2}""", "probe", 1);
        await ArriveAsync(2);
        var letters = await DeadAsync(cluster, 5);
        Assert.Equal(
            [
                "cannot be decoded: FormatException: Header version is missing.",
                "cannot be decoded: FormatException: Property type is missing.",
                "cannot be decoded: FormatException: Version 1 of message type \"unheard-of\" is not known here.",
                "cannot be decoded: FormatException: Version 7 of message type \"probe\" is not known here.",
                "cannot be decoded: JsonException",
            ],
            letters.Select(static l => l.Reason.Split(": Expected")[0]).Order());
        Assert.All(letters, l => Assert.Equal(_key, l.StreamKey));
        var box = cluster.Services().GetRequiredService<IDeadLetterBox>();
        Assert.Equal(letters[2], await box.FindAsync(letters[2].Id, CancellationToken.None));
        Assert.Null(await box.FindAsync("none", CancellationToken.None));
        foreach (var letter in letters) Assert.True(await box.DiscardAsync(letter.Id, CancellationToken.None));
        Assert.False(await box.ReplayAsync(letters[0].Id, CancellationToken.None));
        Assert.Empty(await DeadAsync(cluster, 0));
    }

    [Fact]
    public async Task Read_MessageTooLarge_IsADeadLetter()
    {
        await using var cluster = await StartAsync(options => options.MaxMessageSize = 2048);
        await PublishAsync(cluster, 1, 1);
        await SendAsync(new string(' ', 4096), "probe", 1);
        await PublishAsync(cluster, 2, 2);
        await ArriveAsync(2);
        Assert.Contains("more than MaxMessageSize", Assert.Single(await DeadAsync(cluster, 1)).Reason, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Stream(_key).OnNextAsync(new ProbeEvent(new string('x', 4096), _key, 3)));
    }

    [Fact]
    public async Task Queues_DeletedUnderWay_AreMadeAgainAndMessagesFlow()
    {
        await using var cluster = await StartAsync();
        await PublishAsync(cluster, 1, 5);
        await ArriveAsync(5);
        for (var n = 0; n < 4; n++) await Channel.QueueDeleteAsync(QueueOf(n));
        await Channel.QueueDeleteAsync($"{_exchange}.{StreamCluster.Provider}.dead");
        await PublishAsync(cluster, 6, 10);
        await ArriveAsync(10);
        Assert.Equal(Enumerable.Range(1, 10), Probe.Of(_key).Select(static e => e.Number).Distinct());
    }

    [Fact]
    public async Task Acknowledge_Delivered_LeavesNothingInTheQueues()
    {
        await using (var cluster = await StartAsync())
        {
            await PublishAsync(cluster, 1, 50);
            await ArriveAsync(50);
            await cluster.Silos.StopAllSilosAsync();
        }

        for (var n = 0; n < 4; n++) Assert.Equal(0u, await Channel.MessageCountAsync(QueueOf(n)));
    }

    /// <summary>What is being delivered when the connection is lost comes again from the broker, but not to the consumer.</summary>
    [Fact]
    public async Task Connection_LostUnderWay_NothingInMemoryIsDeliveredTwice()
    {
        await using var cluster = await StartAsync();
        var gate = new TaskCompletionSource();
        Probe.Behaviours[_key] = item => item.Number == 5 ? gate.Task : Task.CompletedTask;
        await PublishAsync(cluster, 1, 20);
        await ArriveAsync(4);
        var consuming = cluster.Services().GetRequiredService<BrokerConnections>().All.Single(static c => c.Name == "consuming");
        await (await consuming.OpenAsync()).CloseAsync();
        await Until.HoldsAsync("it is connected again", () => consuming.IsOpen);
        await PublishAsync(cluster, 21, 25);
        gate.SetResult();
        await ArriveAsync(25);
        Assert.Equal(Enumerable.Range(1, 25), Probe.Of(_key).Select(static e => e.Number));
        await cluster.Silos.StopAllSilosAsync();
        for (var n = 0; n < 4; n++) Assert.Equal(0u, await Channel.MessageCountAsync(QueueOf(n)));
    }

    /// <summary>A message that kills its reader each time would come for ever.</summary>
    [Fact]
    public async Task Deliver_ReadersCutOffTooOften_IsADeadLetterOfTheBrokerAndCanBeReplayed()
    {
        await using (var early = await StartAsync(reads: false)) await PublishAsync(early, 1, 1);
        for (var i = 0; i <= 5; i++) await ReadAndDieAsync();
        await using var cluster = await StartAsync();
        var letter = Assert.Single(await DeadAsync(cluster, 1));
        Assert.Contains("delivery_limit", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(_key, letter.StreamKey);
        Assert.Empty(Probe.Of(_key));
        Assert.True(await cluster.Services().GetRequiredService<IDeadLetterBox>().ReplayAsync(letter.Id, CancellationToken.None));
        await ArriveAsync(1);
        Assert.Empty(await DeadAsync(cluster, 0));
    }

    [Fact]
    public async Task DeadLetters_LookedAtOften_StayInOrder()
    {
        await using var cluster = await StartAsync(options => options.DeliveryLimit = 1);
        Probe.Behaviours[_key] = static item => throw new InvalidOperationException(item.Number.ToString(CultureInfo.InvariantCulture));
        await PublishAsync(cluster, 1, 12);
        var letters = await DeadAsync(cluster, 12);
        var box = cluster.Services().GetRequiredService<IDeadLetterBox>();
        for (var i = 0; i < 5; i++) Assert.Equal(letters, await box.ListAsync(null, 100, CancellationToken.None));
        Assert.Equal(letters.Skip(4).Take(3), await box.ListAsync(letters[3].Id, 3, CancellationToken.None));
        Assert.All(letters, l => Assert.Equal((1, "probe", StreamProviderConformance.Namespace), (l.Attempts, l.Provider, l.StreamNamespace)));
    }

    /// <summary>Takes the message and closes the channel without a word about it.</summary>
    private async Task ReadAndDieAsync()
    {
        await using var reader = await _connection!.CreateChannelAsync();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(reader);
        consumer.ReceivedAsync += (_, _) =>
        {
            arrived.TrySetResult();
            return Task.CompletedTask;
        };
        for (var n = 0; n < 4; n++) await reader.BasicConsumeAsync(QueueOf(n), autoAck: false, consumer);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await reader.CloseAsync();
    }

    private string QueueOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{_exchange}.{StreamCluster.Provider}.{number}");

    private Task ArriveAsync(int count) => Until.HoldsAsync(
        $"{count} arrive", () => Probe.Of(_key).Select(static e => e.Id).Distinct().Count() >= count, TimeSpan.FromSeconds(60));

    /// <summary>As a foreign program sends it, into one of the queues.</summary>
    private async Task SendAsync(string body, string? type, int? version)
    {
        var headers = new Dictionary<string, object?> { ["stream-namespace"] = StreamProviderConformance.Namespace, ["stream-key"] = _key };
        if (version is not null) headers["version"] = version;
        var properties = new BasicProperties { Type = type, Headers = headers };
        await Channel.BasicPublishAsync(_exchange, $"{StreamCluster.Provider}.0.foreign", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    private static async Task<IReadOnlyList<DeadLetter>> DeadAsync(StreamCluster cluster, int count)
    {
        IReadOnlyList<DeadLetter> letters = [];
        var box = cluster.Services().GetRequiredService<IDeadLetterBox>();
        await Until.HoldsAsync(
            $"{count} dead letters are there", async () => (letters = await box.ListAsync(null, 100, CancellationToken.None)).Count == count);
        return letters;
    }

    private Task<StreamCluster> StartAsync(Action<RabbitMqStreamsOptions>? configure = null, bool reads = true) => StreamCluster.StartAsync(
        (silo, provider) => silo.AddRabbitMqStreams(provider, options =>
        {
            SharedBroker.Configure(options, _broker!.Address, _exchange);
            options.RedeliveryLimit = 5;
            configure?.Invoke(options);
        }),
        reads: reads);

    /// <summary>As an outbox does: the broker refuses now and then what comes before the members of a new queue have chosen a leader.</summary>
    private async Task PublishAsync(StreamCluster cluster, int first, int last)
    {
        for (var n = first; n <= last; n++)
        {
            await Until.HoldsAsync("the broker takes it", async () =>
            {
                try
                {
                    await cluster.PublishAsync(_key, n, n);
                    return true;
                }
                catch (StreamQueueFullException)
                {
                    return false;
                }
            });
        }
    }
}
