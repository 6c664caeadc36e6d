using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Errors;

internal sealed partial class CallErrors
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed; request {RequestId}.")]
    private partial void LogFault(string method, string requestId, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Method} could not be answered now; request {RequestId}.")]
    private partial void LogUnavailable(string method, string requestId, Exception exception);
}
