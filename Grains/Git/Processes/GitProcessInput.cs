using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Granary.Grains.Git.Processes;

internal static class GitProcessInput
{
    /// <summary>Copies a pipe to git's standard input until the pipe ends; returns how many bytes that were.</summary>
    /// <param name="process">git.</param>
    /// <param name="source">Is left readable, also after a fault.</param>
    /// <param name="limit">The most bytes.</param>
    /// <param name="beforeEnd">Awaited when the end has come and before the last byte is sent; null: nothing to wait for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">git closed its input.</exception>
    /// <exception cref="InputTooLongException">More than <paramref name="limit"/> bytes came.</exception>
    public static async Task<long> SendAllAsync(
        this GitProcess process, PipeReader source, long limit, Func<ValueTask>? beforeEnd, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            var result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;

            // Where the end matters, the last byte stays in the pipe until it is known to be the last.
            var ready = result.IsCompleted || buffer.IsEmpty || beforeEnd is null ? buffer : buffer.Slice(0, buffer.Length - 1);
            try
            {
                if (total + buffer.Length > limit) throw new InputTooLongException();
                if (result.IsCompleted && beforeEnd is not null) await beforeEnd().ConfigureAwait(false);
                foreach (var segment in ready) await process.SendAsync(segment, cancellationToken).ConfigureAwait(false);
                total += ready.Length;
            }
            finally
            {
                // Also after a fault: the pipe's owner may want to read on.
                source.AdvanceTo(ready.End, buffer.End);
            }

            if (result.IsCompleted) return total;
            if (result.IsCanceled) throw new OperationCanceledException();
        }
    }

    public static async ValueTask SendAsync(this GitProcess process, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await process.Stdio.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }

    /// <summary>Reads some of git's standard output; 0 at its end.</summary>
    public static async ValueTask<int> ReceiveAsync(this GitProcess process, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await process.Stdio.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A socket's way to say that git ended without reading all of its input; the exit status tells why.
            return 0;
        }
    }

    /// <summary>Reads git's whole output, at most <paramref name="limit"/> bytes of it.</summary>
    public static async Task<byte[]> ReadAllAsync(this GitProcess process, int limit, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await process.ReceiveAsync(buffer.GetMemory(4096), cancellationToken).ConfigureAwait(false)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > limit) throw new InputTooLongException();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A stream went over its bound.</summary>
internal sealed class InputTooLongException : Exception;
