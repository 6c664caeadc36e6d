using Granary.Repositories;

namespace Granary.Git.Reading.History;

/// <summary>Walks the history of a repository.</summary>
public interface IHistoryReader
{
    /// <summary>Commits in the order of <c>git log</c>: a page of them, in slices as they are found.</summary>
    /// <returns>Slices, at least one; or, as the last item, why there are no more of them.</returns>
    IAsyncEnumerable<Outcome<HistorySlice>> ListAsync(RepositoryId repository, HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>The best common ancestors of two commits, as <c>git merge-base --all</c> tells them; none: they have no common history.</summary>
    Task<Outcome<MergeBases>> GetMergeBasesAsync(RepositoryId repository, string one, string other, CancellationToken cancellationToken);
}

/// <param name="Ids">The best one first.</param>
public sealed record MergeBases(IReadOnlyList<ObjectId> Ids);
