using Granary.Activity;
using Granary.Grains.Outbox;
using Granary.Grains.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Activity;

public static class ActivityFeed
{
    /// <summary>The kind of job: stream provider and namespace.</summary>
    public const string Kind = "activity";

    public const string FileName = "activity.db";

    /// <summary>The feed of what was pushed, in a SQLite file in the data folder.</summary>
    public static IServiceCollection AddActivityFeed(this IServiceCollection services, string dataPath)
    {
        services.AddSingleton(provider => new SqliteActivityStore(
            Path.Combine(dataPath, FileName), provider.GetRequiredService<ILogger<SqliteActivityStore>>()));
        services.AddSingleton<IActivityStore>(static provider => provider.GetRequiredService<SqliteActivityStore>());
        services.AddSingleton<IActivityReader>(static provider => provider.GetRequiredService<SqliteActivityStore>());
        services.AddSingleton<IRepositoryRecords>(static provider => provider.GetRequiredService<SqliteActivityStore>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<SqliteActivityStore>());
        return services.AddJobKind(new JobKind(Kind));
    }
}
