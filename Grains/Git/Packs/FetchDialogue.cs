using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Fetches in which git and the client take turns: plain <c>git upload-pack</c>, a bounded number at a time.</summary>
internal sealed class FetchDialogue(ServiceProcess service, RepositoryLayout layout, IOptions<GitOptions> options) : IFetchDialogue
{
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(10);

    private int _open;

    public async Task RunAsync(RepositoryId repository, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > options.Value.MaxDialogues)
            {
                ProcessInstruments.Refused(GitWork.Fetch, ProcessInstruments.Crowded);
                throw new GitBusyException(Crowded);
            }

            var paths = layout.Of(repository);
            await service.RunAsync(
                paths, ["upload-pack", "--strict", "--end-of-options", paths.Root], [], request, response, new AdvertisementFilter(), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
