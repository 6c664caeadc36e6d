using Granary.Streams.Delivery;
using Granary.Streams.Embedded.DeadLetters;
using Granary.Streams.Embedded.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Granary.Streams.Embedded;

public static class EmbeddedStreamsExtensions
{
    /// <summary>
    /// Adds a stream provider with durable queues in a SQLite file of this machine, for implicit subscribers. A message is
    /// delivered at least once, in the order of its stream, and is a dead letter (see <see cref="DeadLetterBox"/>) when that
    /// fails too often.
    /// </summary>
    public static ISiloBuilder AddEmbeddedStreams(this ISiloBuilder builder, string name, Action<EmbeddedStreamsOptions> configure)
    {
        var services = builder.Services;
        services.AddOptions<EmbeddedStreamsOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmbeddedStreamsOptions>, EmbeddedStreamsOptionsValidator>());
        services.TryAddSingleton<QueueFiles>();
        services.TryAddSingleton(static provider => new DeadLetterBox(
            provider.GetRequiredService<QueueFiles>(), provider.GetRequiredService<IOptionsMonitor<EmbeddedStreamsOptions>>()));
        return builder.AddQueueStreams(name, EmbeddedAdapterFactory.Create);
    }
}
