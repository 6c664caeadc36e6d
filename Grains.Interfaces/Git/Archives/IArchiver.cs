using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git.Archives;

/// <summary>Makes archives of commits by <c>git archive</c>; bytes flow from git to the client, and none crosses a grain call.</summary>
public interface IArchiver
{
    /// <summary>Finds what an archive would be of. Nothing runs yet.</summary>
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="name">Its name, for those of file and folder.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="cancellationToken">The client went away.</param>
    Task<Outcome<Archive>> FindAsync(RepositoryId repository, RepositoryName name, ArchiveWish wish, CancellationToken cancellationToken);

    /// <summary>Makes it, with a place among the heavy git processes that counts for the requester and is lent out while its client is slow.</summary>
    /// <param name="archive">What <see cref="FindAsync"/> found.</param>
    /// <param name="requester">Who asks, for the limit per user and the fair queue.</param>
    /// <param name="output">Where the bytes go, flushed as they come in pieces of at most 64 KiB; not completed.</param>
    /// <param name="cancellationToken">The client went away: git ends at once.</param>
    /// <returns>Refused when it is larger than it may be; what came until then is of no use.</returns>
    /// <exception cref="GitBusyException">No place in time; nothing was written.</exception>
    /// <exception cref="GitProcessException">git failed.</exception>
    Task<Outcome> WriteAsync(Archive archive, Requester requester, PipeWriter output, CancellationToken cancellationToken);
}
