using Granary.Imports.Remote;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Imports;

public static class ImportServices
{
    /// <summary>Adds <see cref="IRepositoryImporter"/>. Needs the data path of the silo and the sessions of the git protocol.</summary>
    public static IServiceCollection AddGranaryImports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ImportOptions>().Bind(configuration.GetSection(ImportOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImportOptions>, ImportOptionsValidator>();
        services.AddSingleton<RemoteHttp>();
        services.AddSingleton<IRepositoryImporter, RepositoryImporter>();
        return services;
    }
}
