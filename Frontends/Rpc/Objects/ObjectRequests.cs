using System.Runtime.CompilerServices;
using Granary.Frontends.Rpc.Streaming;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>The requests of <c>ReadObjects</c>. A client that has all its answers and asks for nothing more is not waited for without end.</summary>
internal sealed class ObjectRequests(StreamReading<ReadObjectsRequest> requests)
{
    private int _unanswered;

    public async Task<ReadObjectsHeader> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        if (!await MoveAsync(cancellationToken) || requests.Current.Header is not { } header)
            throw Arguments.Invalid("The first request of the stream must be the header.");
        return header.MaxSize >= 0 ? header : throw Arguments.Invalid("The size may not be negative.", "max_size");
    }

    public async IAsyncEnumerable<ObjectQuery> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await MoveAsync(cancellationToken))
        {
            Interlocked.Increment(ref _unanswered);
            yield return requests.Current.Query ?? throw Arguments.Invalid("Behind the header each request asks for one object.");
        }
    }

    /// <summary>One of them was.</summary>
    public void MarkAnswered() => Interlocked.Decrement(ref _unanswered);

    private async Task<bool> MoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            // While something is unanswered, it is the server's turn.
            return await requests.MoveAsync(() => Volatile.Read(ref _unanswered) > 0, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "Everything was answered, and nothing more was asked for too long."));
        }
    }
}
