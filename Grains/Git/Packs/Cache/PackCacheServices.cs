using Granary.Grains.Posix;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs.Cache;

internal static class PackCacheServices
{
    /// <summary>The pack cache of a silo; section <see cref="PackCacheOptions.Section"/> is read.</summary>
    public static IServiceCollection AddGranaryPackCache(this IServiceCollection services, IConfiguration configuration, string dataPath)
    {
        services.AddOptions<PackCacheOptions>().Bind(configuration.GetSection(PackCacheOptions.Section)).ValidateOnStart();
        services.PostConfigure<PackCacheOptions>(options =>
        {
            if (options.Path.Length == 0) options.Path = Path.Combine(dataPath, "cache", "packs");
        });
        services.AddSingleton<IValidateOptions<PackCacheOptions>, PackCacheOptionsValidator>();
        services.AddKeyedSingleton(AnswerStore.ThreadsKey, static (provider, _) =>
            new BlockingWork(provider.GetRequiredService<IOptions<PackCacheOptions>>().Value.Threads, AnswerStore.ThreadsKey));
        services.AddSingleton<AnswerStore>();
        services.AddSingleton<PackCache>();
        services.AddHostedService<PackCacheService>();
        return services;
    }
}
