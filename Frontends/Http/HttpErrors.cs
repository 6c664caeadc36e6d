using System.Globalization;
using System.Text;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.Requests;
using Granary.Git;
using Granary.Repositories;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Http;

/// <summary>
/// The one place that turns refusals and faults into HTTP answers for git: plain text, which git shows to its user, with the
/// id by which the server's log can be searched.
/// </summary>
internal sealed partial class HttpErrors(ILogger<HttpErrors> logger)
{
    private static readonly TimeSpan FaultRetry = TimeSpan.FromSeconds(10);

    public static async Task WriteAsync(HttpContext context, int status, string message, TimeSpan retryAfter = default)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        if (status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Basic realm=\"Granary\", charset=\"UTF-8\"";
        if (retryAfter > TimeSpan.Zero) response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        NoCache(response);
        var body = Encoding.UTF8.GetBytes($"{message}\n(request {context.TraceIdentifier})\n");
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>As git's own http-backend: nothing of a repository is to be cached on the way.</summary>
    public static void NoCache(HttpResponse response)
    {
        response.Headers.Expires = "Fri, 01 Jan 1980 00:00:00 GMT";
        response.Headers.Pragma = "no-cache";
        response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
    }

    /// <summary>Answers for an exception. Once an answer has begun, all that is left is to break the connection.</summary>
    public Task AnswerAsync(HttpContext context, Exception exception, RequestMeasure measure)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            measure.Fail(RequestOutcome.ClientGone);
            context.Abort();
            return Task.CompletedTask;
        }

        measure.Fail(OutcomeOf(exception));
        var (status, message, retryAfter) = Describe(exception);
        if (status >= StatusCodes.Status500InternalServerError && exception is not GitBusyException)
            LogFault(exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
        if (!context.Response.HasStarted) return WriteAsync(context, status, message, retryAfter);

        // git has said in its own words why it stopped; an end without them would look like the end of a good answer.
        if (exception is not GitProcessException) context.Abort();
        return Task.CompletedTask;
    }

    private static string OutcomeOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => RequestOutcome.Refused,
        BadHttpRequestException or InvalidDataException => RequestOutcome.Invalid,
        ClientStalledException => RequestOutcome.Stalled,
        _ => RequestFaults.OutcomeOf(exception),
    };

    private static (int Status, string Message, TimeSpan RetryAfter) Describe(Exception exception) => exception switch
    {
        GitProtocolException bad => (StatusCodes.Status400BadRequest, "Bad request: " + bad.Message, default),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            (StatusCodes.Status413PayloadTooLarge, "The push is larger than this server accepts.", default),
        BadHttpRequestException bad => (bad.StatusCode, "Bad request.", default),
        InvalidDataException => (StatusCodes.Status400BadRequest, "Bad request: the compressed body is damaged.", default),
        ClientStalledException => (StatusCodes.Status408RequestTimeout, "The request stood still for too long.", default),
        GitBusyException busy => (StatusCodes.Status503ServiceUnavailable, busy.Message, busy.RetryAfter),
        RepositoryUnavailableException { Fault: { } fault } => Describe(fault),
        StorageUnavailableException { Fault: var fault } => Describe(fault),
        RepositoryUnavailableException => (StatusCodes.Status503ServiceUnavailable, AccessMessages.RepositoryUnavailable, FaultRetry),
        TimeoutException or OrleansException => (StatusCodes.Status503ServiceUnavailable, AccessMessages.ServerUnavailable, FaultRetry),
        _ => (StatusCodes.Status500InternalServerError, "Internal error.", default),
    };

    private static (int, string, TimeSpan) Describe(VolumeFault fault)
    {
        var text = fault.Describe();
        return (fault == VolumeFault.Full ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable,
            $"{char.ToUpperInvariant(text[0])}{text[1..]}.", FaultRetry);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (request {RequestId}).")]
    private partial void LogFault(Exception exception, string method, string path, string requestId);
}
