using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Outbox;

public static class OutboxServices
{
    /// <summary>What carries events from the journals to the kinds of jobs that <see cref="AddJobKind"/> adds.</summary>
    public static IServiceCollection AddGranaryOutbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OutboxOptions>().Bind(configuration.GetSection(OutboxOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>();
        services.AddSingleton<IEventPublisher, StreamPublisher>();
        services.AddSingleton<OutboxPlaces>();
        services.AddSingleton<OutboxLag>();
        services.AddSingleton<JournalSweep>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, OutboxSweep>();
        return services;
    }

    /// <summary>Adds a kind of job; the stream provider of its name is the host's to add.</summary>
    public static IServiceCollection AddJobKind(this IServiceCollection services, JobKind kind)
    {
        services.AddSingleton(kind);
        return services;
    }
}
