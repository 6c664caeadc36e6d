using System.IO.Pipelines;
using Granary.Grains.Git.Processes;

namespace Granary.Grains.Git.Packs;

/// <summary>Feeds git the pack at the head of a stream that stays open after it.</summary>
internal static class PackFeed
{
    /// <summary>Copies until the pack or the stream ends.</summary>
    /// <param name="process">git.</param>
    /// <param name="source">Is left readable, also after a fault.</param>
    /// <param name="trailer">Has seen all that was read, also after a fault.</param>
    /// <param name="limit">The most bytes.</param>
    /// <param name="beforeEnd">Awaited with the last bytes at hand and before they are sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="System.Net.Sockets.SocketException">git closed its input.</exception>
    /// <exception cref="InputTooLongException">More than <paramref name="limit"/> bytes came.</exception>
    public static async Task SendPackAsync(
        this GitProcess process, PipeReader source, PackTrailer trailer, long limit, Func<ValueTask> beforeEnd, CancellationToken cancellationToken)
    {
        var total = 0L;
        for (var isEnd = false; !isEnd;)
        {
            var result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            try
            {
                total += buffer.Length;
                if (total > limit) throw new InputTooLongException();
                foreach (var segment in buffer) trailer.Append(segment.Span);
                isEnd = trailer.IsAtEnd;
                if (isEnd) await beforeEnd().ConfigureAwait(false);
                foreach (var segment in buffer) await process.SendAsync(segment, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                source.AdvanceTo(buffer.End);
            }

            if (result.IsCompleted) return;
            if (result.IsCanceled) throw new OperationCanceledException();
        }
    }

    /// <summary>
    /// Reads on what a client still sends of a pack that git gave up, so that it gets to read the reason: to the end of the
    /// pack or the stream, or until nothing comes any more, for a damaged pack does not show its end.
    /// </summary>
    public static async Task DrainPackAsync(
        this PipeReader source, PackTrailer trailer, long limit, TimeSpan quiet, TimeProvider time, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            for (var drained = 0L; drained <= limit && !trailer.IsAtEnd;)
            {
                silence.CancelAfter(quiet);
                var result = await source.ReadAsync(either.Token).ConfigureAwait(false);
                drained += result.Buffer.Length;
                foreach (var segment in result.Buffer) trailer.Append(segment.Span);
                source.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted || result.IsCanceled) return;
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The client waits for us.
        }
    }
}
