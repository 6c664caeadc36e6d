using Grpc.Core;

namespace Granary.Frontends.Rpc.Streaming;

/// <summary>
/// Takes the requests of a stream from clients that may send nothing for some time. No read is left under way when a call ends: the server's
/// connections use what belongs to a request again, and the next call of the client would find it there.
/// </summary>
internal sealed class StreamReading<T>(IAsyncStreamReader<T> requests, ServerCallContext context, TimeSpan patience, TimeProvider time)
{
    public T Current => requests.Current;

    /// <param name="waitsOn">Asked each time that the client sent nothing for so long.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="TimeoutException">Nothing came, and nobody waits on.</exception>
    public async Task<bool> MoveAsync(Func<bool> waitsOn, CancellationToken cancellationToken)
    {
        var move = requests.MoveNext(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await move.WaitAsync(patience, time, cancellationToken);
                }
                catch (TimeoutException) when (waitsOn())
                {
                    // The same read goes on.
                }
            }
        }
        finally
        {
            if (!move.IsCompleted) await EndAsync(move);
        }
    }

    private async Task EndAsync(Task move)
    {
        context.GetHttpContext().Request.BodyReader.CancelPendingRead();
        await move.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
