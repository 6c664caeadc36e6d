using Granary.Git.Archives;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Archives;

internal static class ArchiveServices
{
    /// <summary>The maker of archives of a silo; section <see cref="ArchiveOptions.Section"/> is read.</summary>
    public static IServiceCollection AddGranaryArchives(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ArchiveOptions>().Bind(configuration.GetSection(ArchiveOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ArchiveOptions>, ArchiveOptionsValidator>();
        services.AddSingleton<IArchiver, Archiver>();
        return services;
    }
}
