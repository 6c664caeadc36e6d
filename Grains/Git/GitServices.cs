using Granary.Git;
using Granary.Grains.Git.Archives;
using Granary.Grains.Git.Committing;
using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Packs.Cache;
using Granary.Grains.Posix;
using Granary.Grains.Git.Processes;
using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.Distances;
using Granary.Grains.Git.Refs;
using Granary.Grains.Outbox;
using Granary.Grains.Repositories;
using Granary.Grains.Repositories.Policy;
using Granary.Grains.Repositories.Watching;
using Granary.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git;

public static class GitServices
{
    /// <summary>Adds the repository volume, git processes and the ref cache of a silo.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="configuration">Section <see cref="GitOptions.Section"/> is read.</param>
    /// <param name="dataPath">Absolute path of <c>Granary:DataPath</c>.</param>
    public static IServiceCollection AddGranaryGit(this IServiceCollection services, IConfiguration configuration, string dataPath)
    {
        services.AddOptions<GitOptions>().Bind(configuration.GetSection(GitOptions.Section)).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<GitOptions>>(
            new PostConfigureOptions<GitOptions>(Options.DefaultName, static options =>
            {
                if (options.Executable.Length == 0) options.Executable = FindInPath("git") ?? "git";
            }));
        services.AddSingleton<IValidateOptions<GitOptions>, GitOptionsValidator>();
        services.AddOptions<RepositoryPolicyOptions>().Bind(configuration.GetSection(RepositoryPolicyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RepositoryPolicyOptions>, RepositoryPolicyOptionsValidator>();
        services.AddSingleton(new RepositoryLayout(dataPath));
        services.AddSingleton<GitCommand>();
        services.AddSingleton<ProcessLimiter>();
        services.AddSingleton<IWriteObserver>(NoWriteObserver.Instance);
        services.AddSingleton<RefStore>();
        services.AddSingleton(static provider => new BlockingWork(provider.GetRequiredService<IOptions<GitOptions>>().Value.FileThreads));
        services.AddKeyedSingleton(BlockingWork.Background, static (provider, _) =>
            new BlockingWork(provider.GetRequiredService<IOptions<GitOptions>>().Value.BackgroundFileThreads, BlockingWork.Background));
        services.AddSingleton<ServiceProcess>();
        services.AddGranaryPackCache(configuration, dataPath);
        services.AddSingleton<IUploadPack, UploadPack>();
        services.AddSingleton<IFetchDialogue, FetchDialogue>();
        services.AddSingleton<IUploadArchive, UploadArchive>();
        services.AddSingleton<IPackReceiver, PackReceiver>();
        services.AddSingleton<IRefCache, RefCache>();
        services.AddGranaryCommitDrafts(configuration);
        services.AddGranaryReading(configuration);
        services.AddGranaryArchives(configuration);
        services.AddGranaryDistances(configuration);
        services.AddGranaryHousekeeping(configuration);
        services.AddGranaryWatching(configuration);
        services.AddGranaryOutbox(configuration);
        return services;
    }

    private static string? FindInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
