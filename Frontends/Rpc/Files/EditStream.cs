using System.Runtime.CompilerServices;
using Granary.Frontends.Rpc.Streaming;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Files;

/// <summary>The requests of <c>CommitFiles</c> as changes with their contents.</summary>
internal sealed class EditStream(IAsyncStreamReader<CommitFilesRequest> requests, ServerCallContext context, TimeProvider time)
{
    /// <summary>How long a client may send nothing, as the proto says.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly StreamReading<CommitFilesRequest> _requests = new(requests, context, Patience, time);
    private CommitFilesRequest? _next;

    public async Task<CommitHeader> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        await MoveAsync(cancellationToken);
        if (_next?.Header is not { } header) throw Arguments.Invalid("The first request of the stream must be the header.");
        await MoveAsync(cancellationToken);
        return header;
    }

    public async IAsyncEnumerable<PendingEdit> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (_next is not null)
        {
            if (_next.Change is not { } change) throw Arguments.Invalid("Behind the header there are changes, each with its content after it.");
            await MoveAsync(cancellationToken);
            var hasContent = change.HasContent || _next?.PartCase == CommitFilesRequest.PartOneofCase.Content;
            yield return new PendingEdit(EditMessages.Read(change, hasContent), ContentOfAsync(change, cancellationToken));
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ContentOfAsync(FileChange change, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (change.HasContent) yield return change.Content.Memory;
        while (_next?.PartCase == CommitFilesRequest.PartOneofCase.Content)
        {
            yield return _next.Content.Memory;
            await MoveAsync(cancellationToken);
        }
    }

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            _next = await _requests.MoveAsync(static () => false, cancellationToken) ? _requests.Current : null;
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "The client sent nothing for a minute; nothing was changed."));
        }
    }
}
