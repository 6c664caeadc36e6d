using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>Tells how far commits are from one of them. Two commits are always equally far apart, so most of it is in memory.</summary>
public interface IDistanceReader
{
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="from">The commit of the default branch.</param>
    /// <param name="commits">Those of the others.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <returns>Without those that are too far apart to be counted, in their history or in the time that there is.</returns>
    Task<IReadOnlyDictionary<ObjectId, Distance>> ReadAsync(
        RepositoryId repository, ObjectId from, IReadOnlyCollection<ObjectId> commits, CancellationToken cancellationToken);
}

/// <param name="Ahead">Commits that the one has and the other has not.</param>
/// <param name="Behind">Commits that the other has and the one has not.</param>
public sealed record Distance(int Ahead, int Behind);
