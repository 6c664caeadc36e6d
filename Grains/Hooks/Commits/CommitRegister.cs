using Granary.Grains.Hooks.Commits.Reading;
using Granary.Grains.Hooks.Commits.Scheduling;
using Granary.Grains.Hooks.Commits.Storage;
using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Repositories;
using Granary.Hooks.Commits;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits;

public static class CommitRegister
{
    /// <summary>The kind of job: stream provider and namespace.</summary>
    public const string Kind = "commits";

    public const string FileName = "commits.db";

    internal const string WorkerType = "granary.commitworker";

    private const int DefaultMaxLocalWorkers = 2;

    /// <summary>The register of the commits that were pushed, in a SQLite file in the data folder.</summary>
    public static IServiceCollection AddCommitRegister(this IServiceCollection services, IConfiguration configuration, string dataPath)
    {
        services.AddOptions<CommitOptions>().Bind(configuration.GetSection(CommitOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CommitOptions>, CommitOptionsValidator>();
        services.AddSingleton(provider => new CommitFile(Path.Combine(dataPath, FileName), provider.GetRequiredService<ILogger<CommitFile>>()));
        services.AddSingleton<IRepositoryRecords>(static provider => provider.GetRequiredService<CommitFile>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<CommitFile>());
        services.AddSingleton<CommitIntake>();
        services.AddSingleton<CommitSignal>();
        services.AddSingleton<RegistrationRun>();
        services.AddSingleton<VisibleCommits>();
        services.AddSingleton<ICommitIndex, CommitIndex>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, CommitScanner>();
        return services.AddHookKind(new HookKind(Kind, "Commits", WorkerType, DefaultMaxLocalWorkers), configuration);
    }
}
