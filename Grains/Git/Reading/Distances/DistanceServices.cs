using Granary.Git.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Distances;

internal static class DistanceServices
{
    public static IServiceCollection AddGranaryDistances(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DistanceOptions>().Bind(configuration.GetSection(DistanceOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DistanceOptions>, DistanceOptionsValidator>();
        services.AddSingleton<IDistanceReader, DistanceReader>();
        return services;
    }
}
