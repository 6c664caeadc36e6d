using Granary.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Granary.Silo.Cli;

/// <summary>Puts the login and a time limit on each call.</summary>
internal sealed class CallInterceptor(Login login, TimeProvider clock) : Interceptor
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    /// <summary>Housekeeping and imports take what they take; the server bounds them.</summary>
    private static readonly TimeSpan LongTimeLimit = TimeSpan.FromDays(1);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var limit = context.Method.ServiceName == MaintenanceService.Descriptor.FullName ? LongTimeLimit : TimeLimit;
        return continuation(request, With(context, limit));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(With(context, LongTimeLimit));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, TimeSpan limit)
        where TRequest : class
        where TResponse : class
    {
        var headers = new Metadata();
        if (login.Authorization is { } authorization) headers.Add("authorization", authorization);
        var options = context.Options.WithHeaders(headers).WithDeadline(clock.GetUtcNow().UtcDateTime + limit);
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options);
    }
}
