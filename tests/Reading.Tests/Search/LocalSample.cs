using Granary.Git.Reading.Search;
using Granary.Grains.Git;
using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Search;
using Granary.Grains.Git.Reading.Search.Patterns;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Granary.Tests.Harness;
using Microsoft.Extensions.Options;

namespace Granary.Reading.Tests.Search;

/// <summary>The sample in a repository that the engine reads in this process.</summary>
public sealed class LocalSample : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RealGit? _git;
    private ReadHandle? _handle;

    internal BlobMemory Memory { get; } = new(Options.Create(new ReadingOptions()));

    public async ValueTask InitializeAsync()
    {
        var home = RealGit.Create(_folder.Path);
        await home.RunAsync("init", "-q", "--bare", "sample.git");
        _git = home.In("sample.git");
        await _git.FeedAsync(SearchSample.History().Bytes, "fast-import", "--quiet");
        var id = RepositoryId.New();
        _handle = new ReadHandle(id, new RepositoryLayout(_folder.Path).Of(id), new ObjectSource(Path.Combine(_git.Folder, "objects")));
    }

    public ValueTask DisposeAsync()
    {
        _handle?.Objects.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>All steps of a search; null where it found nothing.</summary>
    internal async Task<List<SearchPart?>> StepsAsync(
        string revision, SearchQuery query, SearchLimits limits, int maxEntries = 1_000_000, BlobMemory? memory = null, TimeProvider? time = null,
        LinePattern? pattern = null, CancellationToken cancellationToken = default)
    {
        var tree = ObjectId.Parse(await _git!.RunAsync("rev-parse", $"{revision}^{{tree}}"));
        var root = TreePath.Find(_handle!, tree, query.Path.Bytes.Span)!.Value;
        pattern ??= LinePattern.Parse(query, limits.MaxPatternLength).Value!;
        return [.. new SearchRun(_handle!, query, pattern, limits, maxEntries, memory ?? Memory, time ?? TimeProvider.System).Run(root, cancellationToken)];
    }

    internal async Task<(List<FileMatches> Files, SearchSummary Summary)> SearchAsync(string revision, SearchQuery query, SearchLimits limits, int maxEntries = 1_000_000)
    {
        var steps = await StepsAsync(revision, query, limits, maxEntries);
        return ([.. steps.OfType<FileMatches>()], Assert.Single(steps.OfType<SearchSummary>()));
    }
}
