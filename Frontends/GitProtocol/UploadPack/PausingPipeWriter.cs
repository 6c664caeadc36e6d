using System.IO.Pipelines;
using Granary.Git;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// A client's pipe that lends git's place to others while the client is slow to take what there is: git stands still then, at
/// the cost of some memory and no processor time.
/// </summary>
internal sealed class PausingPipeWriter(PipeWriter client, IGitPlace place, TimeProvider time) : PipeWriter
{
    public override bool CanGetUnflushedBytes => client.CanGetUnflushedBytes;

    public override long UnflushedBytes => client.UnflushedBytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = client.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : AwaitAsync(flush.AsTask());
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => client.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => client.GetSpan(sizeHint);

    public override void Advance(int bytes) => client.Advance(bytes);

    public override void CancelPendingFlush() => client.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => client.Complete(exception);

    private async ValueTask<FlushResult> AwaitAsync(Task<FlushResult> flush)
    {
        await place.LendWhileAsync(flush, time).ConfigureAwait(false);
        return await flush.ConfigureAwait(false);
    }
}
