using Granary.Frontends.Requests;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Measures;

/// <summary>Counts the bytes of the messages of a client.</summary>
internal sealed class MeasuredStreamReader<T>(IAsyncStreamReader<T> inner, RequestMeasure measure) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await inner.MoveNext(cancellationToken)) return false;
        measure.Received += MeasureInterceptor.SizeOf(inner.Current);
        return true;
    }
}

/// <summary>Counts the bytes of the messages to a client.</summary>
internal sealed class MeasuredStreamWriter<T>(IServerStreamWriter<T> inner, RequestMeasure measure) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        measure.Sent += MeasureInterceptor.SizeOf(message);
        return inner.WriteAsync(message, cancellationToken);
    }
}
