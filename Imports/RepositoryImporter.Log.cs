using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Imports;

internal sealed partial class RepositoryImporter
{
    [LoggerMessage(1, LogLevel.Information, "{User} imported {Refs} refs, {Bytes} bytes, into repository {Repository}.")]
    private partial void LogImported(string? user, int refs, long bytes, RepositoryId repository);

    [LoggerMessage(2, LogLevel.Information, "An import by {User} into project {Project} was refused: {Reason}")]
    private partial void LogRefused(string? user, string project, string reason);

    [LoggerMessage(3, LogLevel.Warning, "What an import that came to nothing left of repository {Repository} is removed later.")]
    private partial void LogNotRemoved(Exception fault, RepositoryId repository);

    [LoggerMessage(4, LogLevel.Error, "An import into repository '{Repository}' failed.")]
    private partial void LogFailed(Exception fault, string repository);
}
