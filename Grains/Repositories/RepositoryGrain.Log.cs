using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Repositories;

internal sealed partial class RepositoryGrain
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The files of repository {Repository} could not be read or written.")]
    private partial void LogVolumeFailed(Exception exception, RepositoryId repository);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Repository {Repository} applied {Updates} updates in {Milliseconds} ms.")]
    private partial void LogApplied(RepositoryId repository, int updates, long milliseconds);
}
