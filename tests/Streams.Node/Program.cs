using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Granary.Streams.Embedded;
using Granary.Streams.RabbitMq;
using Granary.Streams.RabbitMq.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Streams;

namespace Granary.Streams.Node;

/// <summary>
/// A silo of its own process, to be killed: <c>produce PROVIDER PATH FILE</c> publishes without end and writes down what was
/// acknowledged; <c>consume PROVIDER PATH FILE</c> writes down what it gets. PROVIDER is the adapter under test.
/// </summary>
public static class Program
{
    public const string Namespace = "node";
    private const int Streams = 8;

    private static readonly Lock Gate = new();
    private static StreamWriter? _file;

    public static async Task Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var (mode, provider, path, file) = (args[0], args[1], args[2], args[3]);
        _file = new StreamWriter(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "node", clusterId: Guid.NewGuid().ToString("N"));
            AddStreams(silo, provider, path, reads: mode == "consume");
        });
        using var host = builder.Build();
        await host.StartAsync();
        if (mode == "produce") await ProduceAsync(host.Services);
        await Task.Delay(Timeout.Infinite);
    }

    internal static void Write(string line)
    {
        lock (Gate) _file!.WriteLine(line);
    }

    private static void AddStreams(ISiloBuilder silo, string provider, string path, bool reads)
    {
        if (provider == "embedded") silo.AddEmbeddedStreams("node", options => options.Path = path);
        else if (provider == "rabbitmq") silo.AddRabbitMqStreams("node", options => Configure(options, path.Split('/')));
        else throw new ArgumentException("unknown provider", nameof(provider));
        silo.Services.Configure<StreamLifecycleOptions>("node", options => options.StartupState = reads
            ? StreamLifecycleOptions.RunState.AgentsStarted
            : StreamLifecycleOptions.RunState.AgentsStopped);
    }

    /// <summary>PATH is the broker's address, a slash and the exchange.</summary>
    private static void Configure(RabbitMqStreamsOptions options, string[] path)
    {
        options.Hosts.Add(path[0]);
        options.Exchange = path[1];
        options.ReconnectDelay = TimeSpan.FromMilliseconds(200);
        options.Messages.Add<NodeEvent>("node", 1, JsonSerializerOptions.Web);
    }

    private static async Task ProduceAsync(IServiceProvider services)
    {
        var streams = services.GetRequiredKeyedService<IStreamProvider>("node");
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async i =>
        {
            var key = "s" + i.ToString(CultureInfo.InvariantCulture);
            var stream = streams.GetStream<NodeEvent>(StreamId.Create(Namespace, key));
            for (var n = 1; ; n++)
            {
                await PublishAsync(stream, new NodeEvent(key, n));
                Write($"{key} {n}");
            }
        }));
    }

    /// <summary>Until it is taken, as an outbox does.</summary>
    private static async Task PublishAsync(IAsyncStream<NodeEvent> stream, NodeEvent item)
    {
        while (true)
        {
            try
            {
                await stream.OnNextAsync(item);
                return;
            }
            catch (BrokerUnavailableException)
            {
                await Task.Delay(100);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
