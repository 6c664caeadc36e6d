using Granary.Streams.DeadLetters;
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
    /// delivered at least once, in the order of its stream, and is a dead letter (see <see cref="IDeadLetterBox"/>) when that
    /// fails too often.
    /// </summary>
    public static ISiloBuilder AddEmbeddedStreams(this ISiloBuilder builder, string name, Action<EmbeddedStreamsOptions> configure)
    {
        var services = builder.Services;
        services.AddOptions<EmbeddedStreamsOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmbeddedStreamsOptions>, EmbeddedStreamsOptionsValidator>());
        services.TryAddSingleton<QueueFiles>();
        services.TryAddSingleton<EmbeddedLag>();
        services.AddSingleton<IDeadLetterBox>(provider => new EmbeddedDeadLetterBox(
            name, provider.GetRequiredService<QueueFiles>().Of(provider.GetRequiredService<IOptionsMonitor<EmbeddedStreamsOptions>>().Get(name))));
        services.AddSingleton<IQueueLengths>(provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<EmbeddedStreamsOptions>>().Get(name);
            return new EmbeddedQueueLengths(name, provider.GetRequiredService<QueueFiles>().Of(options), options);
        });
        return builder.AddQueueStreams(name, EmbeddedAdapterFactory.Create);
    }
}
