using System.IO.Pipelines;
using Granary.Git;

namespace Granary.Grains.Git.Archives;

/// <summary>
/// The client's pipe, which takes so many bytes and not one more. While the client is slow to take what there is, git stands still and its
/// place is lent to others.
/// </summary>
internal sealed class ArchiveOutput(PipeWriter client, IGitPlace place, long limit, TimeProvider time) : PipeWriter
{
    private long _room = limit;

    public override bool CanGetUnflushedBytes => client.CanGetUnflushedBytes;

    public override long UnflushedBytes => client.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => client.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => client.GetSpan(sizeHint);

    /// <exception cref="ArchiveTooLargeException">The bytes have no room; the client has none of them.</exception>
    public override void Advance(int bytes)
    {
        if ((_room -= bytes) < 0) throw new ArchiveTooLargeException();
        client.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = client.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : AwaitAsync(flush.AsTask());
    }

    public override void CancelPendingFlush() => client.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => client.Complete(exception);

    private async ValueTask<FlushResult> AwaitAsync(Task<FlushResult> flush)
    {
        await place.LendWhileAsync(flush, time).ConfigureAwait(false);
        return await flush.ConfigureAwait(false);
    }
}

/// <summary>An archive went over its bound.</summary>
internal sealed class ArchiveTooLargeException : Exception;
