using Microsoft.Extensions.Logging;

namespace Granary.Grains.Storage;

internal sealed partial class SqliteDatabase
{
    [LoggerMessage(1, LogLevel.Error, "The grain storage could not be read.")]
    private static partial void LogReadFailed(ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Error, "A transaction of {Count} writes to the grain storage was rolled back.")]
    private static partial void LogWriteFailed(ILogger logger, Exception fault, int count);

    [LoggerMessage(3, LogLevel.Warning, "The write-ahead log was not moved into the database; the next start does it.")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception fault);
}
