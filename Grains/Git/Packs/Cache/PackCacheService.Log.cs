using Microsoft.Extensions.Logging;

namespace Granary.Grains.Git.Packs.Cache;

internal sealed partial class PackCacheService
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder of the pack cache cannot be tidied.")]
    private partial void LogSweepFailed(Exception exception);
}
