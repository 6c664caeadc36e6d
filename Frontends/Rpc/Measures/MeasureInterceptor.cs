using Google.Protobuf;
using Granary.Frontends.Requests;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Granary.Frontends.Rpc.Measures;

/// <summary>Measures calls, gRPC and JSON alike, by their service. Bytes are those of the messages, in the form that gRPC gives them.</summary>
internal sealed class MeasureInterceptor(TimeProvider time) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var measure = Begin(context);
        measure.Received = SizeOf(request);
        var response = await RunAsync(measure, context, continuation(request, context));
        measure.Sent = SizeOf(response);
        measure.End();
        return response;
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var measure = Begin(context);
        var response = await RunAsync(measure, context, continuation(new MeasuredStreamReader<TRequest>(requestStream, measure), context));
        measure.Sent = SizeOf(response);
        measure.End();
        return response;
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var measure = Begin(context);
        measure.Received = SizeOf(request);
        await RunAsync(measure, context, continuation(request, new MeasuredStreamWriter<TResponse>(responseStream, measure), context));
        measure.End();
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var measure = Begin(context);
        var reader = new MeasuredStreamReader<TRequest>(requestStream, measure);
        await RunAsync(measure, context, continuation(reader, new MeasuredStreamWriter<TResponse>(responseStream, measure), context));
        measure.End();
    }

    internal static long SizeOf<T>(T message) => message is IMessage known ? known.CalculateSize() : 0;

    private RequestMeasure Begin(ServerCallContext context)
    {
        var isGrpc = context.GetHttpContext().Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        var measure = new RequestMeasure(isGrpc ? RequestProtocol.Rpc : RequestProtocol.Json, time);
        measure.Begin(CallGroups.Of(context.Method));
        return measure;
    }

    private static async Task<T> RunAsync<T>(RequestMeasure measure, ServerCallContext context, Task<T> call)
    {
        await RunAsync(measure, context, (Task)call);
        return await call;
    }

    private static async Task RunAsync(RequestMeasure measure, ServerCallContext context, Task call)
    {
        try
        {
            await call;
        }
        catch (Exception exception)
        {
            measure.Fail(CallFaults.OutcomeOf(exception, context.CancellationToken.IsCancellationRequested));
            measure.End();
            throw;
        }
    }
}
