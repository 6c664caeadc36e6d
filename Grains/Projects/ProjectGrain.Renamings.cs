using Microsoft.Extensions.Logging;

namespace Granary.Grains.Projects;

internal sealed partial class ProjectGrain
{
    /// <summary>
    /// Tells of renamings until that is durable. One that cannot be told now is told with the next, or when the project is next asked for
    /// after it was not in memory: the renaming itself is done.
    /// </summary>
    private async Task TellRenamingsAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var entry in _names.ListUntold())
            {
                var renaming = new RepositoryRenaming(entry.Id!.Value, Project.Key!.Value, entry.RenamedFrom!.Value, entry.Name, entry.Revision);
                foreach (var observer in _renamings) await observer.TellAsync(renaming, cancellationToken);
                await _names.SetToldAsync(entry);
            }
        }
        catch (Exception fault) when (fault is StorageUnavailableException or IOException)
        {
            LogUntold(fault, Project.Key!.Value.Value);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A renaming in project {Project} could not be told of; it is made good later.")]
    private partial void LogUntold(Exception exception, string project);
}
