using Granary.Grains.Posix;
using Granary.Grains.Projects;
using Granary.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// Deleted repositories by their markers on the volume, so that the sweep asks for these and no others, even when their
/// project is gone. Whether one may go is for its grain to say.
/// </summary>
internal sealed partial class DeletedRepositories(
    IGrainFactory grains, RepositoryLayout layout, BlockingWork files, IOptions<ProjectOptions> options, TimeProvider time,
    ILogger<DeletedRepositories> logger)
{
    /// <summary>Removes for good what can no longer be restored; returns how many.</summary>
    public async Task<int> RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        await files.RunAsync(EmptyTrash).ConfigureAwait(false);
        if (!Directory.Exists(layout.Deleted)) return 0;
        var limit = time.GetUtcNow() - options.Value.UndoPeriod;
        var removed = 0;
        foreach (var marker in new DirectoryInfo(layout.Deleted).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!RepositoryId.TryParse(marker.Name, out var id) || marker.LastWriteTimeUtc > limit) continue;
            try
            {
                if (await grains.GetRepository(id).PurgeAsync(limit, cancellationToken).ConfigureAwait(false)) removed++;
            }
            catch (Exception fault) when (fault is RepositoryUnavailableException or TimeoutException or OrleansException)
            {
                // Its marker stays, so the next sweep tries again; the others do not wait for it.
                LogPurgeFailed(fault, id);
            }
        }

        await files.RunAsync(EmptyTrash).ConfigureAwait(false);
        return removed;
    }

    /// <summary>Trees that were moved away and whose removal a crash cut off, or that were moved just now.</summary>
    private bool EmptyTrash()
    {
        if (!Directory.Exists(layout.Trash)) return false;
        foreach (var tree in Directory.GetDirectories(layout.Trash)) Directory.Delete(tree, recursive: true);
        return true;
    }
}
