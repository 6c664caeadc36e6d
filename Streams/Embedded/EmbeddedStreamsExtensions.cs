using Granary.Streams.DeadLetters;
using Granary.Streams.Embedded.DeadLetters;
using Granary.Streams.Embedded.Delivery;
using Granary.Streams.Embedded.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Granary.Streams.Embedded;

public static class EmbeddedStreamsExtensions
{
    /// <summary>
    /// Adds a stream provider with durable queues in a SQLite file of this machine, for implicit subscribers. A message is
    /// delivered at least once, in the order of its stream, and is a dead letter (see <see cref="IDeadLetterBox"/>) when that
    /// fails too often.
    /// </summary>
    public static ISiloBuilder AddEmbeddedStreams(this ISiloBuilder builder, string name, Action<EmbeddedStreamsOptions> configure)
    {
        var services = builder.Services;
        services.AddOptions<EmbeddedStreamsOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmbeddedStreamsOptions>, EmbeddedStreamsOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, DeliveryFaults>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<QueueFiles>();
        services.AddSingleton<IDeadLetterBox>(provider => new EmbeddedDeadLetterBox(
            name, provider.GetRequiredService<QueueFiles>().Of(provider.GetRequiredService<IOptionsMonitor<EmbeddedStreamsOptions>>().Get(name))));
        return builder.AddPersistentStreams(name, EmbeddedAdapterFactory.Create, static streams =>
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
