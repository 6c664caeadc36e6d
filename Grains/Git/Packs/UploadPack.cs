using System.Buffers;
using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git.Packs.Cache;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Fetches that are complete in themselves: <c>git upload-pack --stateless-rpc</c>.</summary>
internal sealed class UploadPack(
    ServiceProcess service, GitCommand git, ProcessLimiter limiter, PackCache cache, RepositoryLayout layout, IOptions<GitOptions> options,
    TimeProvider time) : IUploadPack
{
    private readonly Reachability _reachability = new(git, time);

    public ValueTask<IGitPlace> EnterAsync(RepositoryId repository, Requester requester, GitWork work, CancellationToken cancellationToken) =>
        limiter.EnterAsync(repository, requester, work, cancellationToken);

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

    public Task FetchAsync(
        RepositoryId repository, Requester requester, SharedFetch fetch, PipeWriter response, CancellationToken cancellationToken)
    {
        // Where a shallow repository ends may change, and no request names it.
        var isShared = !File.Exists(layout.Of(repository).Shallow);
        return cache.ServeAsync(
            PackKey.Of(repository, fetch),
            isShared,
            fetch.IsClone,
            requester,
            (output, stop) => RunAsync(repository, GitProtocolVersion.V2, PipeReader.Create(new ReadOnlySequence<byte>(fetch.Request)), output, stop),
            response,
            cancellationToken);
    }

    public async Task<bool> CanReachAsync(
        RepositoryId repository, RefSnapshot refs, IReadOnlyCollection<ObjectId> objects, CancellationToken cancellationToken)
    {
        try
        {
            return await _reachability.ContainAsync(layout.Of(repository), refs, objects, options.Value.UploadStallTimeout, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (GitTooSlowException)
        {
            throw new GitProcessException("looking for the objects took too long", 1);
        }
    }
}
