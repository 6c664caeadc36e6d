using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Git.Housekeeping;

internal sealed partial class DeletedRepositories
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The deleted repository {Repository} could not be removed; the next sweep tries again.")]
    private partial void LogPurgeFailed(Exception exception, RepositoryId repository);
}
