using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Git.Housekeeping;

internal sealed partial class Housekeeper
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Housekeeping of repository {Repository} took {Milliseconds} ms.")]
    private partial void LogDone(RepositoryId repository, long milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping of repository {Repository} failed; it is as it was and will be tried again.")]
    private partial void LogFailed(Exception exception, RepositoryId repository);
}
