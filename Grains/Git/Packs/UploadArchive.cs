using System.Buffers;
using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

/// <summary>
/// Archives: <c>git upload-archive</c>. What may be named is git's own rule (<c>uploadarchive.allowUnreachable=false</c>):
/// a ref, or a path within one, but no object id.
/// </summary>
internal sealed class UploadArchive(ServiceProcess service, RepositoryLayout layout) : IUploadArchive
{
    public Task RunAsync(RepositoryId repository, ReadOnlyMemory<byte> request, PipeWriter response, CancellationToken cancellationToken)
    {
        var paths = layout.Of(repository);
        return service.RunAsync(
            paths, ["upload-archive", paths.Root], [GitCommand.OwnProgramsOnly], PipeReader.Create(new ReadOnlySequence<byte>(request)), response, advertisement: null, cancellationToken);
    }
}
