using System.Globalization;
using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Outbox;
using Granary.Repositories;
using Granary.Streams.Embedded;
using Granary.Tests.Harness;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using Orleans.TestingHost;

namespace Granary.Hooks.Tests.Dispatch;

/// <summary>From the queues to the workers, on two silos with the embedded queue.</summary>
public sealed class WorkerLimitTests : IDisposable
{
    private const int Repositories = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Jobs_ManyAtOnceOnTwoSilos_RunUpToTheConfiguredNumberOnEach(int limit)
    {
        ProbeKind.Close();
        await using var cluster = await StartAsync(limit);
        var counts = JobInstruments.Of(ProbeKind.Name);
        var succeeded = counts.Succeeded;
        await Task.WhenAll(Enumerable.Range(0, Repositories).Select(i => PublishAsync(cluster, i % 2)));

        // Every repository's event is with its dispatcher, so that all wait for workers.
        await Until.HoldsAsync("all are dispatched", () => counts.Running == Repositories);
        await Until.HoldsAsync("the workers are busy", () => ProbeKind.Running >= limit);
        ProbeKind.Open();
        await Until.HoldsAsync("all are done", () => counts.Succeeded - succeeded == Repositories);
        Assert.Equal(2, ProbeKind.MostAtOnce.Count);
        Assert.All(ProbeKind.MostAtOnce.Values, most => Assert.InRange(most, 1, limit));
        Assert.Contains(limit, ProbeKind.MostAtOnce.Values);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("10001")]
    public void Limit_OutOfRange_IsReportedWithItsKey(string value)
    {
        var services = new ServiceCollection().AddHookKind(ProbeKind.Kind, Configure(value));
        using var provider = services.BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IOptionsMonitor<HookKindOptions>>().Get(ProbeKind.Name));
        Assert.Equal("Granary:Hooks:Probe:MaxLocalWorkers must be from 1 to 10000.", Assert.Single(fault.Failures));
    }

    private static IConfiguration Configure(string limit) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Granary:Hooks:Probe:MaxLocalWorkers", limit)]).Build();

    private async Task<InProcessTestCluster> StartAsync(int limit)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddEmbeddedStreams(ProbeKind.Name, options => options.Path = _folder["streams.db"]);
            silo.Services.AddHookKind(ProbeKind.Kind, Configure(limit.ToString(CultureInfo.InvariantCulture)));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static Task PublishAsync(InProcessTestCluster cluster, int silo)
    {
        var repository = RepositoryId.New();
        var pushed = new PushEvent(repository, 1, Guid.NewGuid(), DateTimeOffset.UtcNow, "alice", null, "http", [], []);
        return ((InProcessSiloHandle)cluster.Silos[silo]).ServiceProvider.GetRequiredKeyedService<IStreamProvider>(ProbeKind.Name)
            .GetStream<PushEvent>(StreamId.Create(ProbeKind.Name, repository.Value)).OnNextAsync(pushed);
    }
}
