using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Streams;

namespace Granary.Streams.Delivery;

internal static class QueueStreamsExtensions
{
    /// <summary>A persistent stream provider for implicit subscribers, whose messages a <see cref="MessageCache"/> holds.</summary>
    public static ISiloBuilder AddQueueStreams(
        this ISiloBuilder builder, string name, Func<IServiceProvider, string, IQueueAdapterFactory> createFactory)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, DeliveryFaults>());
        builder.Services.TryAddSingleton(TimeProvider.System);
        return builder.AddPersistentStreams(name, createFactory, static streams =>
        {
            streams.ConfigurePullingAgent(static agent => agent.Configure(static options =>
            {
                // The receiver waits for messages itself; this is only the pause between two of its waits.
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);

                options.MaxEventDeliveryTime = OneTry.TimeForAllTries;
            }));
            streams.ConfigureBackoffProvider(static (_, _) => new OneTry());
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        });
    }
}
