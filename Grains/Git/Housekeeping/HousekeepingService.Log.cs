using Microsoft.Extensions.Logging;

namespace Granary.Grains.Git.Housekeeping;

internal sealed partial class HousekeepingService
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The sweep over all repositories begins.")]
    private partial void LogSweepBegins();

    [LoggerMessage(Level = LogLevel.Information, Message = "The sweep looked at {Looked} repositories, {Waiting} of them need housekeeping; {Removed} deleted ones were removed for good.")]
    private partial void LogSwept(int looked, int waiting, int removed);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep over all repositories failed; the next one begins anew.")]
    private partial void LogSweepFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A repository could not be looked at for housekeeping.")]
    private partial void LogLookFailed(Exception exception);
}
