using Microsoft.Extensions.Logging;

namespace Granary.Grains.Git.Packs.Cache;

internal sealed partial class AnswerStore
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder of the pack cache cannot be used; packs are made for each request.")]
    private partial void LogVolumeFailed(Exception exception);
}
