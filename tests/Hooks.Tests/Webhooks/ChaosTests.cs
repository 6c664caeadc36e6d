using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>
/// Broker, server and receivers are killed at random under pushes. <c>GRANARY_LONG_TESTS=1</c> for ten minutes, <c>GRANARY_SEED</c> to
/// repeat a run.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clients = 8;
    private const int ShortRounds = 4;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly List<HookedRepository> _repositories = [];
    private readonly List<Receiver> _flaky = [];
    private RabbitMqBroker? _broker;
    private GranaryServer? _server;
    private Receiver? _steady;
    private volatile Task _serverRuns = Task.CompletedTask;
    private int _accepted;
    private int _refused;

    public async ValueTask InitializeAsync()
    {
        if (!RabbitMqBroker.IsInstalled)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "RabbitMQ is missing.");
            Assert.Skip("RabbitMQ is not installed.");
        }

        _broker = await RabbitMqBroker.StartAsync();
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>(WebhookServer.Settings)
        {
            ["Granary__Streams__Provider"] = "RabbitMq",
            ["Granary__Streams__RabbitMq__Hosts__0"] = _broker.Address,
            ["Granary__Streams__RabbitMq__ReconnectDelay"] = "00:00:00.2",
            ["Granary__Outbox__MaxRetryDelay"] = "00:00:01",
        });
        _steady = await Receiver.StartAsync();
        _flaky.Add(await Receiver.StartAsync());
        for (var i = 0; i < Clients; i++)
        {
            var repository = await HookedRepository.CreateAsync(_server);
            _repositories.Add(repository);
            foreach (var receiver in new[] { _steady, _flaky[0] }) await repository.HookAsync(new { url = $"{receiver.Url}/{repository.Project}" });
            await _server.Admin.PostAsync($"{repository.Path}/protection-rules", new { pattern = "refs/heads/locked/**", pushers = new { } });
            await repository.PushAsync();
        }

        // Its queues are old enough for kills after this.
        await _broker.RestartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var repository in _repositories) repository.Dispose();
        foreach (var receiver in _flaky) await receiver.DisposeAsync();
        if (_steady is not null) await _steady.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Everything_KilledAtRandomUnderPushes_EachReceiverGetsWhatWasAccepted()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("GRANARY_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"GRANARY_SEED={seed}");
        var random = new Random(seed);
        Func<Task>[] kills = [KillServerAsync, KillBrokerAsync, KillReceiverAsync];
        using var stop = new CancellationTokenSource();
        var pushing = Task.WhenAll(_repositories.Select((repository, i) => PushAsync(repository, $"c{i}", stop.Token)));
        var clock = Stopwatch.StartNew();
        var round = 0;
        for (; IsLong ? clock.Elapsed < LongRun : round < ShortRounds; round++)
        {
            // The short form has each of them.
            var kill = round < kills.Length ? kills[(round + seed) % kills.Length] : kills[random.Next(kills.Length)];
            var enough = _accepted + random.Next(1, 60);
            await Until.HoldsAsync("pushes are accepted", () => _accepted >= enough || pushing.IsFaulted, Bound);
            await kill();
            if (pushing.IsFaulted) break;
        }

        await stop.CancelAsync();
        await pushing;
        output.WriteLine($"{round} kills in {clock.Elapsed.TotalSeconds:F0} s; {_accepted} pushes accepted, {_refused} refused");
        Assert.True(_refused > 0);
        await AssertDeliveredAsync("the steady receiver", () => _steady!.All);
        await AssertDeliveredAsync("the flaky receiver", () => [.. _flaky.SelectMany(static r => r.All)]);
        foreach (var ofRepository in _steady!.All.GroupBy(static r => r.Path))
        {
            var order = ofRepository.DistinctBy(static r => r.Delivery).Select(static r => r.Sequence).ToList();
            Assert.Equal(order.Order(), order);
        }

        output.WriteLine($"{_steady.All.Count} and {_flaky.Sum(static r => r.All.Count)} requests at the receivers, {clock.Elapsed.TotalSeconds:F0} s in all");
    }

    private async Task AssertDeliveredAsync(string receiver, Func<IReadOnlyList<Received>> received)
    {
        foreach (var repository in _repositories)
        {
            var accepted = await repository.HeadsAsync();
            Assert.DoesNotContain(accepted, static r => r.Contains("locked", StringComparison.Ordinal));
            await Until.HoldsAsync($"{receiver} got what was accepted", () => accepted.SetEquals(repository.RefsIn(received())), Bound);
        }

        // The same event is the same delivery, and never two.
        var events = received().GroupBy(static r => (r.Path, r.Sequence)).ToList();
        Assert.All(events, static one => Assert.Single(one.Select(static r => r.Delivery).Distinct()));
        Assert.Equal(events.Count, received().Select(static r => r.Delivery).Distinct().Count());
    }

    /// <summary>Branches one after the other, now and then one that is refused.</summary>
    private async Task PushAsync(HookedRepository repository, string prefix, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await _serverRuns;
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}");
            if (i % 8 == 0)
            {
                Assert.NotEqual(0, (await repository.Git.TryAsync("push", "-q", "origin", $"HEAD:refs/heads/locked/{name}")).ExitCode);
                Interlocked.Increment(ref _refused);
            }
            else if ((await repository.Git.TryAsync("push", "-q", "origin", $"HEAD:refs/heads/{name}")).ExitCode == 0)
            {
                Interlocked.Increment(ref _accepted);
            }
        }
    }

    private async Task KillServerAsync()
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _serverRuns = up.Task;
        await _server!.KillAsync();
        await _server.StartAgainAsync();
        up.SetResult();
    }

    private async Task KillBrokerAsync()
    {
        await _broker!.KillAsync();
        await _broker.StartAgainAsync();
    }

    private async Task KillReceiverAsync()
    {
        var port = new Uri(_flaky[0].Url).Port;
        await _flaky[^1].DisposeAsync();
        var enough = _accepted + 10;
        await Until.HoldsAsync("pushes are accepted while it is away", () => _accepted >= enough, Bound);
        _flaky.Add(await Receiver.StartAsync(port: port));
    }
}
