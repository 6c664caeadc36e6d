using System.Globalization;
using Granary.Frontends.Rpc.Login;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Errors;

/// <summary>The one place where errors of calls become what the client sees, over gRPC, as JSON or in place of a download alike.</summary>
internal sealed partial class CallErrors(CurrentCaller current, ILogger<CallErrors> logger)
{
    /// <summary>Logs what is the server's fault, and sets the headers that go with an error.</summary>
    /// <param name="exception">What ended the call.</param>
    /// <param name="http">The request.</param>
    /// <param name="method">The call, by its gRPC path.</param>
    /// <param name="clientGone">Whether the client gave up.</param>
    public ErrorReply Translate(Exception exception, HttpContext http, string method, bool clientGone)
    {
        var requestId = http.TraceIdentifier;
        var reply = ErrorReply.From(exception, current.Caller.IsAnonymous, clientGone, current.MayRead);
        if (reply is null)
        {
            LogFault(method, requestId, exception);
            reply = ErrorReply.Internal(requestId);
        }
        else if (reply.Code == StatusCode.Unavailable)
        {
            LogUnavailable(method, requestId, exception);
        }

        AddHeaders(http, reply);
        return reply;
    }

    /// <summary>What HTTP clients of the JSON face expect beside the status; gRPC clients have it in the details.</summary>
    private static void AddHeaders(HttpContext http, ErrorReply reply)
    {
        if (http.Response.HasStarted || http.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true) return;
        if (reply.Code == StatusCode.Unauthenticated) http.Response.Headers.WWWAuthenticate = "Basic realm=\"Granary\", charset=\"UTF-8\"";
        if (reply.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }
}
