using Granary.Git;
using Granary.Grains.Git.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

internal static class HousekeepingServices
{
    /// <summary>Housekeeping of a silo; section <see cref="HousekeepingOptions.Section"/> is read.</summary>
    public static IServiceCollection AddGranaryHousekeeping(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HousekeepingOptions>().Bind(configuration.GetSection(HousekeepingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HousekeepingOptions>, HousekeepingOptionsValidator>();
        services.AddSingleton(static provider => new Repacker(
            provider.GetRequiredService<GitCommand>(), provider.GetRequiredService<IOptions<HousekeepingOptions>>().Value));
        services.AddSingleton<MaintenanceRun>();
        services.AddSingleton<HousekeepingSchedule>();
        services.AddSingleton<DeletedRepositories>();
        services.AddSingleton<Housekeeper>();
        services.AddSingleton<IHousekeeping>(static provider => provider.GetRequiredService<Housekeeper>());
        services.AddHostedService<HousekeepingService>();
        return services;
    }
}
