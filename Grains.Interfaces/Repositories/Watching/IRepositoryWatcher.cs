using Granary.Git;

namespace Granary.Repositories.Watching;

/// <summary>Ref updates of repositories as they happen, from their journals, whichever silo made them.</summary>
public interface IRepositoryWatcher
{
    /// <summary>Begins to watch a repository; disposing the watch ends it.</summary>
    /// <param name="repository">Which; the caller was found to be allowed to read it.</param>
    /// <param name="after">Events up to this sequence number are known already; null: all that have happened.</param>
    /// <param name="requester">Who watches, for the limit of each.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <returns>Refused when there are too many watches, or the journal does not have what comes after that number.</returns>
    Task<Outcome<IRepositoryWatch>> OpenAsync(
        RepositoryId repository, long? after, Requester requester, CancellationToken cancellationToken);
}

/// <summary>One client's way through the events of a repository.</summary>
public interface IRepositoryWatch : IDisposable
{
    /// <summary>
    /// What happened since, in order; and from time to time, when nothing did, where the journal stands. It reads on when it is asked for more,
    /// so that a client that is slow costs no memory.
    /// </summary>
    /// <param name="follow">False: ends when all that has happened was told.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="RepositoryUnavailableException">The volume cannot be read.</exception>
    IAsyncEnumerable<WatchStep> ReadAsync(bool follow, CancellationToken cancellationToken);
}

/// <param name="Sequence">Everything up to this number was told.</param>
/// <param name="Event">What happened; null when this only says where the journal stands. Of no change it is known whether it was forced.</param>
public sealed record WatchStep(long Sequence, PushEvent? Event);
