using Granary.Streams.DeadLetters;
using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq;
using Granary.Streams.Tests.Conformance;
using Granary.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Streams.Tests.RabbitMq;

public sealed class RabbitMqConformanceTests(SharedBroker shared) : StreamProviderConformance, IAsyncLifetime
{
    private readonly string _exchange = Guid.NewGuid().ToString("N")[..12];
    private RabbitMqBroker? _broker;

    /// <summary>The broker tells publishers after the fact.</summary>
    protected override int AcceptedBeyondLimit => 20;

    public async ValueTask InitializeAsync() => _broker = await shared.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override void Configure(ISiloBuilder silo, string provider, int deliveryLimit, int maxQueueLength) =>
        silo.AddRabbitMqStreams(provider, options =>
        {
            SharedBroker.Configure(options, _broker!.Address, _exchange);
            options.DeliveryLimit = deliveryLimit;
            options.MaxQueueLength = maxQueueLength;
        });

    protected override async Task<IReadOnlyList<(string Id, string Stream, string Reason)>> DeadLettersAsync(IServiceProvider silo) =>
        [.. (await silo.GetRequiredService<IDeadLetterBox>().ListAsync(null, 100, CancellationToken.None)).Select(static l => (l.Id, l.StreamKey, l.Reason))];

    protected override Task ReplayAsync(IServiceProvider silo, string id) =>
        silo.GetRequiredService<IDeadLetterBox>().ReplayAsync(id, CancellationToken.None);

    protected override bool IsQueueFull(Exception exception) => exception is StreamQueueFullException;
}
