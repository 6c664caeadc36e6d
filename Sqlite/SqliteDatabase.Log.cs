using Microsoft.Extensions.Logging;

namespace Granary.Sqlite;

public sealed partial class SqliteDatabase<TSession>
{
    [LoggerMessage(1, LogLevel.Error, "The database {Path} could not be read.")]
    private static partial void LogReadFailed(ILogger logger, Exception fault, string path);

    [LoggerMessage(2, LogLevel.Error, "A transaction of {Count} writes to {Path} was rolled back.")]
    private static partial void LogWriteFailed(ILogger logger, Exception fault, int count, string path);

    [LoggerMessage(3, LogLevel.Warning, "The write-ahead log was not moved into the database; the next start does it.")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception fault);
}
