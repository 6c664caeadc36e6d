using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Granary.Frontends.Rpc.Login;

/// <summary>Logs every call in before it begins, gRPC and JSON alike.</summary>
internal sealed class LoginInterceptor(CallLogin login, CurrentCaller current) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        return await continuation(requestStream, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        current.LogInAgainAsync = () => LogInAsync(context);
        await continuation(request, responseStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        current.LogInAgainAsync = () => LogInAsync(context);
        await continuation(requestStream, responseStream, context);
    }

    private Task LogInAsync(ServerCallContext context) => login.LogInAsync(context.GetHttpContext(), context.Method, context.CancellationToken);
}
