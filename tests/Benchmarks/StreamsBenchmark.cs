using System.Diagnostics;
using System.Text.Json;
using Granary.Streams.Embedded;
using Granary.Streams.RabbitMq;
using Granary.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Streams;

namespace Granary.Benchmarks;

/// <summary>
/// The stream providers by themselves, in a silo in this process with four queues: events from publishing to the start of the
/// consumer. Orleans' memory streams, which lose everything, are the peer that shows what the machine gives at the time.
/// </summary>
internal static class StreamsBenchmark
{
    private const int Streams = 128;
    private const int PerStream = 100;
    private const int Rounds = 3;
    private const int Lone = 100;

    public static async Task RunAsync(RabbitMqBroker broker)
    {
        using var folder = new TemporaryFolder();
        var table = Table.Start("4 queues, one silo", "events/s (3 rounds)", "publish to start, idle: p50, ms", "p95, ms");
        await MeasureAsync(table, "memory (peer)", static silo => silo.AddMemoryStreams<DefaultMemoryMessageBodySerializer>("bench", static streams =>
        {
            streams.ConfigurePartitioning(4);
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePullingAgent(static agent => agent.Configure(static o => o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10)));
        }));
        await MeasureAsync(table, "embedded", silo => silo.AddEmbeddedStreams("bench", options => options.Path = folder["streams.db"]));
        await MeasureAsync(table, "RabbitMQ", silo => silo.AddRabbitMqStreams("bench", options =>
        {
            options.Hosts.Add(broker.Address);
            options.Messages.Add<BenchEvent>("bench", 1, JsonSerializerOptions.Web);
        }));
    }

    private static async Task MeasureAsync(Table table, string name, Action<ISiloBuilder> add)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "bench", clusterId: Guid.NewGuid().ToString("N"));
            add(silo);
        });
        using var host = builder.Build();
        await host.StartAsync();
        var provider = host.Services.GetRequiredKeyedService<IStreamProvider>("bench");
        await ThroughputAsync(provider, perStream: 10);
        var rates = new List<double>();
        for (var round = 0; round < Rounds; round++) rates.Add(await ThroughputAsync(provider, PerStream));
        var lone = new List<double>();
        for (var i = 0; i < Lone; i++) lone.Add((await LoneAsync(provider)).TotalMilliseconds);
        lone.Sort();
        table.Row(
            name, string.Join(", ", rates.Select(static r => Table.Number((long)r))), Table.Milliseconds(TimeSpan.FromMilliseconds(lone[Lone / 2])),
            Table.Milliseconds(TimeSpan.FromMilliseconds(lone[Lone * 95 / 100])));
        await host.StopAsync();
    }

    private static async Task<double> ThroughputAsync(IStreamProvider provider, int perStream)
    {
        BenchGrain.Expect(Streams * perStream);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async i =>
        {
            var stream = Stream(provider, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            for (var n = 0; n < perStream; n++) await stream.OnNextAsync(new BenchEvent(n, new string('x', 300)));
        }));
        await BenchGrain.AllStarted.WaitAsync(TimeSpan.FromMinutes(5));
        return Streams * perStream / clock.Elapsed.TotalSeconds;
    }

    /// <summary>To a consumer that is active already, as that of a repository in use is.</summary>
    private static async Task<TimeSpan> LoneAsync(IStreamProvider provider)
    {
        BenchGrain.Expect(1);
        var began = Stopwatch.GetTimestamp();
        await Stream(provider, "0").OnNextAsync(new BenchEvent(0, new string('x', 300)));
        await BenchGrain.AllStarted.WaitAsync(TimeSpan.FromMinutes(1));
        return Stopwatch.GetElapsedTime(began, BenchGrain.LastStart);
    }

    private static IAsyncStream<BenchEvent> Stream(IStreamProvider provider, string key) =>
        provider.GetStream<BenchEvent>(StreamId.Create(BenchGrain.Namespace, key));

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
