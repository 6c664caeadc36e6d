using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Granary.Grains.Git.Processes;

internal static class GitProcessInput
{
    /// <summary>Copies a pipe to git's standard input until the pipe ends; returns how many bytes that were.</summary>
    /// <exception cref="SocketException">git closed its input.</exception>
    /// <exception cref="InputTooLongException">More than <paramref name="limit"/> bytes came.</exception>
    public static async Task<long> SendAllAsync(this GitProcess process, PipeReader source, long limit, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            var result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                total += result.Buffer.Length;
                if (total > limit) throw new InputTooLongException();
                foreach (var segment in result.Buffer) await process.SendAsync(segment, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // Also after a fault: the pipe's owner may want to read on.
                source.AdvanceTo(result.Buffer.End);
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
