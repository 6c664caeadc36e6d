using Granary.Repositories;

namespace Granary.Git.Reading.Search;

/// <summary>Searches in files.</summary>
public interface ISearchReader
{
    /// <summary>Checks the pattern and finds where to search.</summary>
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="revision">Names a commit or a tree.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="cancellationToken">The client went away.</param>
    Task<Outcome<OpenSearch>> OpenAsync(RepositoryId repository, string revision, SearchQuery query, CancellationToken cancellationToken);
}

/// <summary>A search that goes on as its parts are taken.</summary>
/// <param name="commit">Of the revision; null when it names a tree.</param>
/// <param name="parts">The files that match, then the summary.</param>
public sealed class OpenSearch(ObjectId? commit, IAsyncEnumerable<SearchPart> parts)
{
    public ObjectId? Commit { get; } = commit;

    /// <summary>To be read once.</summary>
    public IAsyncEnumerable<SearchPart> Parts { get; } = parts;
}
