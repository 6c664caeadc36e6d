using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Streams;
using Orleans.TestingHost;

namespace Granary.Streams.Tests.Conformance;

/// <summary>Silos with the provider under test.</summary>
public sealed class StreamCluster : IAsyncDisposable
{
    public const string Provider = "probe";

    private readonly InProcessTestCluster _cluster;

    private StreamCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public InProcessTestCluster Silos => _cluster;

    /// <param name="configure">Adds the provider by the name it is given.</param>
    /// <param name="silos">How many.</param>
    /// <param name="reads">False: nothing is delivered, as with consumers that are not there yet.</param>
    public static async Task<StreamCluster> StartAsync(Action<ISiloBuilder, string> configure, int silos = 1, bool reads = true)
    {
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            configure(silo, Provider);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5));
            if (!reads)
            {
                silo.Services.Configure<StreamLifecycleOptions>(
                    Provider, options => options.StartupState = StreamLifecycleOptions.RunState.AgentsStopped);
            }
        });
        var cluster = new StreamCluster(builder.Build());
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    public IServiceProvider Services(int silo = 0) => ((InProcessSiloHandle)_cluster.Silos[silo]).ServiceProvider;

    public IAsyncStream<ProbeEvent> Stream(string key, int silo = 0) => Services(silo)
        .GetRequiredKeyedService<IStreamProvider>(Provider)
        .GetStream<ProbeEvent>(StreamId.Create(StreamProviderConformance.Namespace, key));

    /// <summary>Publishes numbers in order, each when the one before is durable.</summary>
    public async Task PublishAsync(string key, int first, int last, int silo = 0)
    {
        for (var n = first; n <= last; n++) await Stream(key, silo).OnNextAsync(new ProbeEvent($"{key}/{n}", key, n));
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
