using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Login;

internal sealed partial class OnBehalfOf
{
    [LoggerMessage(1, LogLevel.Information, "{Trusted} makes a call on behalf of {User}: {Method}.")]
    private partial void LogActs(string trusted, string user, string method);
}
