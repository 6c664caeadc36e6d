using Granary.Repositories;

namespace Granary.Git.Reading.Diffs;

/// <summary>Compares commits.</summary>
public interface IDiffReader
{
    /// <summary>What a commit changed.</summary>
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="revision">Names the commit.</param>
    /// <param name="parent">The parent that it is compared with, from 1; 0: the first one, or nothing when it has none.</param>
    /// <param name="settings">Checked by the caller.</param>
    /// <param name="cancellationToken">The client went away.</param>
    Task<Outcome<OpenDiff>> OpenCommitAsync(
        RepositoryId repository, string revision, int parent, DiffSettings settings, CancellationToken cancellationToken);

    /// <summary>What one commit has that another has not.</summary>
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="base">Names the commit that is compared with.</param>
    /// <param name="head">Names the other.</param>
    /// <param name="isDirect">Whether the two trees are compared, and not the head with the common ancestor.</param>
    /// <param name="settings">Checked by the caller.</param>
    /// <param name="cancellationToken">The client went away.</param>
    Task<Outcome<OpenDiff>> OpenComparisonAsync(
        RepositoryId repository, string @base, string head, bool isDirect, DiffSettings settings, CancellationToken cancellationToken);
}

/// <summary>A diff whose files are compared as they are taken.</summary>
/// <param name="summary">What is known of the whole.</param>
/// <param name="files">To be read once.</param>
public sealed class OpenDiff(DiffSummary summary, IAsyncEnumerator<DiffPart> files) : IAsyncDisposable
{
    public DiffSummary Summary { get; } = summary;

    public async IAsyncEnumerable<FileDiff> FilesAsync()
    {
        while (await files.MoveNextAsync())
        {
            if (files.Current is FileDiff file) yield return file;
        }
    }

    public ValueTask DisposeAsync() => files.DisposeAsync();
}
