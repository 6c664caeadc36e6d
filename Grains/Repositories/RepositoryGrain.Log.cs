using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Repositories;

internal sealed partial class RepositoryGrain
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The files of repository {Repository} could not be read or written.")]
    private partial void LogVolumeFailed(Exception exception, RepositoryId repository);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is kept of the removed repository {Repository} elsewhere could not be removed; the next sweep tries again.")]
    private partial void LogRecordsStay(Exception exception, RepositoryId repository);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Repository {Repository} applied {Updates} updates in {Milliseconds} ms.")]
    private partial void LogApplied(RepositoryId repository, int updates, long milliseconds);
}
