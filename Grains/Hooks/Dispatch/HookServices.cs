using Granary.Grains.Outbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Metadata;

namespace Granary.Grains.Hooks.Dispatch;

internal static class HookServices
{
    /// <summary>Adds a kind of job with workers; the stream provider of its name is the host's to add.</summary>
    public static IServiceCollection AddHookKind(this IServiceCollection services, HookKind kind, IConfiguration configuration)
    {
        services.AddOptions<HookKindOptions>(kind.Name)
            .Configure(options => options.MaxLocalWorkers = kind.DefaultMaxLocalWorkers)
            .Bind(configuration.GetSection(kind.SettingsPath))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<HookKindOptions>>(new HookKindOptionsValidator(kind));
        services.AddSingleton(kind);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IGrainPropertiesProvider, WorkerLimits>());
        return services.AddJobKind(new JobKind(kind.Name));
    }
}
