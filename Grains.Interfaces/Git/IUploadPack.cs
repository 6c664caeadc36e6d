using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git;

/// <summary>The wire protocol version a client asked for.</summary>
public enum GitProtocolVersion
{
    V0 = 0,
    V1 = 1,
    V2 = 2,
}

/// <summary>
/// The silo's way to git's pack generation: runs <c>git upload-pack --stateless-rpc</c> on the repository's volume. Bytes
/// flow from the request to git and from git to the client; none crosses a grain call.
/// </summary>
public interface IUploadPack
{
    /// <summary>
    /// Takes a place among the heavy git processes, which may mean a short wait; dispose it when the request is over.
    /// </summary>
    /// <param name="repository">The repository, for the limit per repository.</param>
    /// <param name="requester">Who asks, for the limit per user and the fair queue.</param>
    /// <param name="work">What for.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="GitBusyException">No place in time.</exception>
    ValueTask<IGitPlace> EnterAsync(RepositoryId repository, Requester requester, GitWork work, CancellationToken cancellationToken);

    /// <summary>Runs one request. The caller has entered (<see cref="EnterAsync"/>) before it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="version">The protocol version of the request.</param>
    /// <param name="request">The client's request; read to its end.</param>
    /// <param name="response">git's answer; flushed as it comes, not completed.</param>
    /// <param name="cancellationToken">The client went away: git and its group end at once.</param>
    /// <exception cref="GitProcessException">git refused the request or failed; what it said is in the message.</exception>
    Task RunAsync(
        RepositoryId repository, GitProtocolVersion version, PipeReader request, PipeWriter response, CancellationToken cancellationToken);

    /// <summary>
    /// Answers a fetch that others may ask too: from the pack cache, together with whoever asks the same now, or by a git of its
    /// own, which enters by itself. The caller has seen that the requester may have what is wanted.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="requester">Who asks, for the limit per user and the fair queue.</param>
    /// <param name="fetch">The request.</param>
    /// <param name="response">git's answer; flushed as it comes, not completed.</param>
    /// <param name="cancellationToken">The client went away: git ends at once, unless others wait for its answer.</param>
    /// <exception cref="GitBusyException">No place in time.</exception>
    /// <exception cref="GitProcessException">git refused the request or failed; what it said is in the message.</exception>
    Task FetchAsync(RepositoryId repository, Requester requester, SharedFetch fetch, PipeWriter response, CancellationToken cancellationToken);

    /// <summary>
    /// Whether all of the objects are reachable from the refs, and none only from elsewhere in the store. Asked where refs are
    /// hidden; the caller has entered (<see cref="EnterAsync"/>) before it.
    /// </summary>
    Task<bool> CanReachAsync(
        RepositoryId repository, RefSnapshot refs, IReadOnlyCollection<ObjectId> objects, CancellationToken cancellationToken);
}
