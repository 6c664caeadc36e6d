using Granary.Streams.DeadLetters;
using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.DeadLetters;
using Granary.Streams.RabbitMq.Topology;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Streams.RabbitMq;

public static class RabbitMqStreamsExtensions
{
    /// <summary>
    /// Adds a stream provider with quorum queues of RabbitMQ, for implicit subscribers. A message is delivered at least once, in
    /// the order of its stream, and is a dead letter when that fails too often. The broker need not be there when the silo
    /// starts; while it is not, publishing fails.
    /// </summary>
    public static ISiloBuilder AddRabbitMqStreams(this ISiloBuilder builder, string name, Action<RabbitMqStreamsOptions> configure)
    {
        var services = builder.Services;
        services.AddOptions<RabbitMqStreamsOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RabbitMqStreamsOptions>, RabbitMqStreamsOptionsValidator>());
        services.TryAddSingleton(static provider => new BrokerConnections(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BrokerConnection>>()));
        services.TryAddSingleton(static provider => new RabbitMqHealth(provider.GetRequiredService<BrokerConnections>()));
        services.AddSingleton<IDeadLetterBox>(provider => new RabbitMqDeadLetterBox(
            name, provider.GetRequiredService<BrokerConnections>(), provider.GetRequiredService<IOptionsMonitor<RabbitMqStreamsOptions>>().Get(name),
            provider.GetRequiredService<ILogger<QueueTopology>>()));
        services.TryAddSingleton<QueueLag>();
        services.AddSingleton<IQueueLengths>(provider => new RabbitMqQueueLengths(name, provider.GetRequiredService<QueueLag>()));
        return builder.AddQueueStreams(name, RabbitMqAdapterFactory.Create);
    }
}
