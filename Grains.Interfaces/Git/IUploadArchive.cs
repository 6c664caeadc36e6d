using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git;

/// <summary>The silo's way to <c>git archive --remote</c>: runs <c>git upload-archive</c> on the repository's volume.</summary>
public interface IUploadArchive
{
    /// <summary>Runs one request. The caller has entered (<see cref="IUploadPack.EnterAsync"/>) before it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="request">The client's arguments as they came, flush included.</param>
    /// <param name="response">git's answer; flushed as it comes, not completed.</param>
    /// <param name="cancellationToken">The client went away: git and its group end at once.</param>
    /// <exception cref="GitProcessException">git failed; what it said is in the message, and most often in the answer too.</exception>
    Task RunAsync(RepositoryId repository, ReadOnlyMemory<byte> request, PipeWriter response, CancellationToken cancellationToken);
}
