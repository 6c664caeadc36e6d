using System.Globalization;
using System.Text.Json;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Streams;

/// <summary>The server with RabbitMQ: real pushes, and a broker that is away, dies and comes back.</summary>
public sealed class RabbitMqServerTests : IAsyncLifetime
{
    /// <summary>Pushes while the broker is away. In the long form as many as wait after an hour of it.</summary>
    private static readonly int Waiting = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1" ? 10_000 : 200;

    private readonly TemporaryFolder _folder = new();
    private RabbitMqBroker? _broker;

    private static TimeSpan Bound => TimeSpan.FromSeconds(120);

    private RabbitMqBroker Broker => _broker!;

    public async ValueTask InitializeAsync()
    {
        if (!RabbitMqBroker.IsInstalled)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "RabbitMQ is missing.");
            Assert.Skip("RabbitMQ is not installed.");
        }

        _broker = await RabbitMqBroker.StartAsync(start: false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Broker_AwayAtStartThenKilledUnderLoad_FeedIsCompleteAndInOrder()
    {
        await using var server = await StartAsync();
        using var first = await TestRepository.CreateAsync(server);
        using var second = await TestRepository.CreateAsync(server, "second");
        Assert.Equal(
            "ready\nstreams: RabbitMQ cannot be reached; pushes are accepted, what follows them waits.\n",
            await server.Admin.Client.GetStringAsync(new Uri("healthz/ready", UriKind.Relative)));
        await Task.WhenAll(PushAsync(first, "a", Waiting / 2), PushAsync(second, "a", Waiting / 2));
        Assert.Empty(await Feed.ReadAsync(server));
        await Until.HoldsAsync("the lag is measured", async () => await MetricAsync(server, "granary_outbox_lag") == Waiting + 2);
        Assert.Equal(0, await MetricAsync(server, "granary_streams_connected"));

        await Broker.StartAgainAsync();
        await DeliveredAsync(server, ("repo", (Waiting / 2) + 1), ("second", (Waiting / 2) + 1));
        Assert.Equal("ready\n", await server.Admin.Client.GetStringAsync(new Uri("healthz/ready", UriKind.Relative)));
        await Until.HoldsAsync("nothing waits", async () => await MetricAsync(server, "granary_outbox_lag") == 0);

        await Broker.RestartAsync();
        var load = Task.WhenAll(PushAsync(first, "b", 150), PushAsync(second, "b", 150));
        await Until.HoldsAsync("it works", async () => (await Feed.ReadAsync(server)).Count > (Waiting / 2) + 20, Bound);
        await Broker.KillAsync();
        await Broker.StartAgainAsync();
        await load;
        await DeliveredAsync(server, ("repo", (Waiting / 2) + 151), ("second", (Waiting / 2) + 151));
        await AssertInOrderAsync(first, "repo");
        await AssertInOrderAsync(second, "second");
        await Until.HoldsAsync("nothing waits", async () => await MetricAsync(server, "granary_streams_lag") == 0, Bound);

        // One that publishes and one that consumes.
        Assert.Equal(2, await MetricAsync(server, "granary_streams_connected"));
        Assert.True(await MetricAsync(server, "granary_streams_confirmed") >= Waiting + 302);
    }

    /// <summary>A broker that hangs would hold up whoever calls it; no push does.</summary>
    [Fact]
    public async Task Push_BrokerHangs_IsAnsweredAndDeliveredLater()
    {
        await Broker.StartAgainAsync();
        await using var server = await StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        await DeliveredAsync(server, ("repo", 1));
        Broker.Stop();
        await PushAsync(repository, "a", 30).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(await Feed.ReadAsync(server));
        Broker.Continue();
        await DeliveredAsync(server, ("repo", 31));
        await AssertInOrderAsync(repository, "repo");
    }

    [Fact]
    public async Task Push_AnotherProgramSubscribes_ReadsTheDocumentedJson()
    {
        await Broker.StartAgainAsync();
        await using var server = await StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        await DeliveredAsync(server, ("repo", 1));
        using var subscriber = await Subscriber.StartAsync(Broker, _folder["subscriber"], 2);
        using var client = repository.Connect();
        await PushAsync(client, new Command("refs/heads/日本", Command.Zero, repository.Base), new Command("refs/tags/v1", Command.Zero, repository.Base));
        await PushAsync(client, new Command("refs/tags/v1", repository.Base, Command.Zero));
        var messages = await subscriber.ReadAsync();
        var id = System.IO.Path.GetFileNameWithoutExtension(repository.Folder);
        Assert.All(messages, message =>
        {
            Assert.Equal(
                ("push", 1, "application/json"),
                (Text(message, "type"), message.GetProperty("version").GetInt32(), Text(message, "contentType")));
            var pushed = message.GetProperty("event");
            Assert.Equal(Text(message, "messageId"), Text(pushed, "id"));
            Assert.Equal($"{id}-{pushed.GetProperty("sequence").GetInt64()}", Text(pushed, "id"));
            Assert.Equal(id, Text(pushed, "repository"));
            Assert.Matches($@"^activity\.[0-3]\.push\.{id}$", Text(message, "routingKey"));
            Assert.Equal((GranaryServer.AdminName, "http"), (Text(pushed.GetProperty("user"), "name"), Text(pushed, "protocol")));
            Assert.True(pushed.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-10));
            Assert.NotEqual(Guid.Empty, pushed.GetProperty("pushId").GetGuid());
            Assert.Equal(JsonValueKind.Array, pushed.GetProperty("pushOptions").ValueKind);
        });
        Assert.Equal(
            [("refs/heads/日本", "created", Command.Zero, repository.Base), ("refs/tags/v1", "created", Command.Zero, repository.Base)],
            Changes(messages[0]));
        Assert.Equal([("refs/tags/v1", "deleted", repository.Base, Command.Zero)], Changes(messages[1]));
        Assert.True(messages[1].GetProperty("event").GetProperty("sequence").GetInt64() > messages[0].GetProperty("event").GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Settings_Faulty_AreListedWithTheirKeys()
    {
        (string Key, string Value)[] settings =
        [
            ("Granary:Streams:RabbitMq:Hosts:0", "no host"),
            ("Granary:Streams:RabbitMq:Prefetch", "0"),
            ("Granary:Streams:RabbitMq:Exchange", ""),
        ];
        var run = await ServerRun.OfAsync(
            _folder, settings.Append(("Granary:DataPath", _folder["data"])).Append(("Granary:Streams:Provider", "RabbitMq")));
        Assert.Equal(1, run.ExitCode);
        Assert.All(settings, s => Assert.Contains(s.Key.Replace(":0", "", StringComparison.Ordinal), run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        var other = await ServerRun.OfAsync(_folder, ("Granary:DataPath", _folder["data"]), ("Granary:Streams:Provider", "Kafka"));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("Granary:Streams:Provider", other.Error, StringComparison.Ordinal);
    }

    private Task<GranaryServer> StartAsync() => GranaryServer.StartAsync(new Dictionary<string, string>
    {
        ["Granary__Streams__Provider"] = "RabbitMq",
        ["Granary__Streams__RabbitMq__Hosts__0"] = Broker.Address,
        ["Granary__Streams__RabbitMq__ReconnectDelay"] = "00:00:00.2",
        ["Granary__Streams__RabbitMq__LagPeriod"] = "00:00:00.5",
        ["Granary__Streams__RabbitMq__ConfirmTimeout"] = "00:00:05",
        ["Granary__Outbox__MaxRetryDelay"] = "00:00:01",
    });

    private static async Task PushAsync(TestRepository repository, string prefix, int count)
    {
        using var client = repository.Connect();
        for (var i = 0; i < count; i++) await PushAsync(client, new Command($"refs/heads/{prefix}{i}", Command.Zero, repository.Base));
    }

    private static async Task PushAsync(RawClient client, params Command[] commands)
    {
        var report = await client.PushAsync(commands, new PackBuilder().Build());
        Assert.True(report.IsOk, report.ToString());
    }

    private static async Task DeliveredAsync(GranaryServer server, params (string Repository, int Count)[] expected)
    {
        foreach (var (repository, count) in expected)
        {
            await Until.HoldsAsync(
                $"{count} pushes of {repository} are shown", async () => (await Feed.ReadAsync(server, repository)).Count >= count,
                TimeSpan.FromSeconds(60 + (Waiting / 10)));
        }
    }

    /// <summary>The feed against what the journal says.</summary>
    private static async Task AssertInOrderAsync(TestRepository repository, string name)
    {
        var feed = await Feed.ReadAsync(repository.Server, name);
        feed.Reverse();
        var journal = repository.ReadJournal();
        Assert.Empty(journal.Faults);
        Assert.Equal(
            journal.Committed.Select(static pushed => string.Join(' ', pushed.Select(static c => (c.Ref, c.Old, c.New)))),
            feed.Select(static entry => string.Join(' ', Feed.Changes(entry))));
    }

    /// <summary>The sum over all tags.</summary>
    private static async Task<double> MetricAsync(GranaryServer server, string name)
    {
        var text = await server.Admin.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..] is ['{' or ' ', ..] or ['_', 't', 'o', 't', 'a', 'l', '{' or ' ', ..])
            .Sum(static line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<(string, string, string, string)> Changes(JsonElement message) =>
    [
        .. message.GetProperty("event").GetProperty("changes").EnumerateArray()
            .Select(static c => (Text(c, "ref"), Text(c, "change"), Text(c, "old"), Text(c, "new"))),
    ];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
