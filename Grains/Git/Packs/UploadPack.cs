using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

/// <summary>Fetches that are complete in themselves: <c>git upload-pack --stateless-rpc</c>.</summary>
internal sealed class UploadPack(ServiceProcess service, ProcessLimiter limiter, RepositoryLayout layout) : IUploadPack
{
    public ValueTask<IDisposable> EnterAsync(RepositoryId repository, CancellationToken cancellationToken) =>
        limiter.EnterAsync(repository, cancellationToken);

    public Task RunAsync(
        RepositoryId repository, GitProtocolVersion version, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        var paths = layout.Of(repository);
        return service.RunAsync(
            paths,
            ["upload-pack", "--stateless-rpc", "--strict", "--end-of-options", paths.Root],
            version == GitProtocolVersion.V0 ? [] : [$"GIT_PROTOCOL=version={(int)version}"],
            request,
            response,
            advertisement: null,
            cancellationToken);
    }
}
