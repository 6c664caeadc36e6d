namespace Granary.Repositories;

/// <summary>
/// The silo's copies of ref snapshots. Every answer is preceded by a check with the repository's grain, so it holds each
/// push that was acknowledged before it was asked, by whichever connection.
/// </summary>
public interface IRefCache
{
    /// <exception cref="RepositoryUnavailableException">The repository cannot be read.</exception>
    ValueTask<RefSnapshot> GetAsync(RepositoryId repository, CancellationToken cancellationToken);
}
