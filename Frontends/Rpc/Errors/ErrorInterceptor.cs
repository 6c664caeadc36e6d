using System.Globalization;
using Granary.Frontends.Rpc.Login;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Errors;

/// <summary>The one place where errors of calls become what the client sees, gRPC and JSON alike.</summary>
internal sealed partial class ErrorInterceptor(CurrentCaller current, ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var requestId = http.TraceIdentifier;
        var reply = ErrorReply.From(exception, current.Caller.IsAnonymous, context.CancellationToken.IsCancellationRequested, current.MayRead);
        if (reply is null)
        {
            LogFault(context.Method, requestId, exception);
            reply = ErrorReply.Internal(requestId);
        }
        else if (reply.Code == StatusCode.Unavailable)
        {
            LogUnavailable(context.Method, requestId, exception);
        }

        AddHeaders(http, reply);
        return reply.ToException(requestId);
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
