using Granary.Frontends.Rpc.Errors;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Streaming;

/// <summary>Sends the messages of a stream, and gives up on a client that takes none of them.</summary>
internal sealed class StreamWriting(IOptions<RpcOptions> options, TimeProvider time)
{
    /// <exception cref="RefusedException">The client took nothing for too long.</exception>
    public async Task WriteAsync<T>(IServerStreamWriter<T> stream, T message, ServerCallContext context)
    {
        var writing = stream.WriteAsync(message, context.CancellationToken);
        if (writing.IsCompletedSuccessfully) return;
        try
        {
            await writing.WaitAsync(options.Value.StreamStallTimeout, time, context.CancellationToken);
        }
        catch (TimeoutException)
        {
            // An answer that waits for room can only be ended by a reset.
            context.GetHttpContext().Abort();
            throw new RefusedException(new Refusal(RefusalKind.ResourceExhausted, "Nothing of the answer was taken for too long."));
        }
    }

    public async Task WriteAllAsync<T, TMessage>(
        IServerStreamWriter<TMessage> stream, IAsyncEnumerable<T> items, Func<T, TMessage> message, ServerCallContext context)
    {
        await foreach (var item in items.WithCancellation(context.CancellationToken)) await WriteAsync(stream, message(item), context);
    }
}
