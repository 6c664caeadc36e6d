using Granary.Streams.Delivery;
using Granary.Streams.Embedded;
using Granary.Streams.Embedded.DeadLetters;
using Granary.Streams.Tests.Conformance;
using Granary.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Streams.Tests.Embedded;

public sealed class EmbeddedConformanceTests : StreamProviderConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override void Configure(ISiloBuilder silo, string provider, int deliveryLimit, int maxQueueLength) =>
        silo.AddEmbeddedStreams(provider, options =>
        {
            options.Path = _folder["streams.db"];
            options.DeliveryLimit = deliveryLimit;
            options.MaxQueueLength = maxQueueLength;
            options.MinRetryDelay = TimeSpan.FromMilliseconds(20);
            options.CacheSize = 64;
            options.CacheSizePerStream = 16;

            // Silos of one test do not wake each other as one server does itself.
            options.PollInterval = TimeSpan.FromMilliseconds(50);
        });

    protected override async Task<IReadOnlyList<(string Id, string Stream, string Reason)>> DeadLettersAsync(IServiceProvider silo) =>
    [
        .. (await silo.GetRequiredService<DeadLetterBox>().ListAsync(StreamCluster.Provider, 0, 100))
            .Select(static l => (l.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), l.StreamKey, l.Reason)),
    ];

    protected override Task ReplayAsync(IServiceProvider silo, string id) => silo.GetRequiredService<DeadLetterBox>()
        .ReplayAsync(StreamCluster.Provider, long.Parse(id, System.Globalization.CultureInfo.InvariantCulture));

    protected override bool IsQueueFull(Exception exception) => exception is StreamQueueFullException;
}

public sealed class EmbeddedKillTests : KillConformance
{
    protected override (string Provider, string Path) Node(TemporaryFolder folder) => ("embedded", folder["streams.db"]);
}
