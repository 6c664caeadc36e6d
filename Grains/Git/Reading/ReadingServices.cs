using Granary.Git.Reading;
using Granary.Git.Reading.Blame;
using Granary.Git.Reading.Contributors;
using Granary.Git.Reading.Diffs;
using Granary.Git.Reading.History;
using Granary.Git.Reading.Search;
using Granary.Git.Reading.Trees;
using Granary.Grains.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Blobs;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Contributors;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.History;
using Granary.Grains.Git.Reading.Objects;
using Granary.Grains.Git.Reading.Search;
using Granary.Grains.Git.Reading.Tips;
using Granary.Grains.Git.Reading.Trees;
using Granary.Grains.Git.Reading.Trees.LastCommits;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading;

internal static class ReadingServices
{
    /// <summary>The repository reader of a silo; section <see cref="ReadingOptions.Section"/> is read.</summary>
    public static IServiceCollection AddGranaryReading(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReadingOptions>().Bind(configuration.GetSection(ReadingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReadingOptions>, ReadingOptionsValidator>();
        services.AddOptions<DiffLimits>().Bind(configuration.GetSection(DiffLimits.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DiffLimits>, DiffLimitsValidator>();
        services.AddSingleton<HandlePool>();
        services.AddSingleton<ReaderPool>();
        services.AddSingleton<BlobMemory>();
        services.AddSingleton<IRevisions, Revisions>();
        services.AddSingleton<ICommitReader, CommitReader>();
        services.AddSingleton<IBlobReader, BlobReader>();
        services.AddSingleton<IObjectReader, ObjectReader>();
        services.AddSingleton<LastCommitCache>();
        services.AddSingleton<ITreeReader, TreeReader>();
        services.AddSingleton<IRefTipReader, RefTipReader>();
        services.AddOptions<HistoryOptions>().Bind(configuration.GetSection(HistoryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HistoryOptions>, HistoryOptionsValidator>();
        services.AddSingleton<IHistoryReader, HistoryReader>();
        services.AddSingleton<IDiffReader, DiffReader>();
        services.AddOptions<SearchLimits>().Bind(configuration.GetSection(SearchLimits.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SearchLimits>, SearchLimitsValidator>();
        services.AddSingleton<ISearchReader, SearchReader>();
        services.AddOptions<BlameOptions>().Bind(configuration.GetSection(BlameOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BlameOptions>, BlameOptionsValidator>();
        services.AddSingleton<IBlameReader, BlameReader>();
        services.AddOptions<ContributorOptions>().Bind(configuration.GetSection(ContributorOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ContributorOptions>, ContributorOptionsValidator>();
        services.AddSingleton<ContributorCache>();
        services.AddSingleton<IContributorReader, ContributorReader>();
        return services;
    }
}
