using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git;

/// <summary>
/// The silo's way to fetches of protocol v0 and v1 over a connection that goes both ways, where git and the client take turns:
/// runs plain <c>git upload-pack</c>. While the client thinks, the process costs memory and nothing else, so it needs a place
/// among the heavy ones (<see cref="IUploadPack.EnterAsync"/>) only from the client's <c>done</c> on.
/// </summary>
public interface IFetchDialogue
{
    /// <summary>Runs one dialogue from the client's wants on; the client had its advertisement from the snapshot, git's is left out.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="request">What the client says. Once it has ended git must answer, before that it may wait for the client.</param>
    /// <param name="response">git's part; flushed as it comes, not completed.</param>
    /// <param name="cancellationToken">The client went away: git and its group end at once.</param>
    /// <exception cref="GitBusyException">Too many dialogues are under way.</exception>
    /// <exception cref="GitProcessException">git refused the request or failed; what it said is in the message.</exception>
    Task RunAsync(RepositoryId repository, PipeReader request, PipeWriter response, CancellationToken cancellationToken);
}
