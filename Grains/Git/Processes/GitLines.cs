using System.Buffers;
using System.Net.Sockets;

namespace Granary.Grains.Git.Processes;

/// <summary>Looks at one line of git's output, without its line feed; false: enough was seen.</summary>
internal delegate bool LineReader(ReadOnlySpan<byte> line);

/// <summary>Runs git commands that answer in short lines, as many as there are objects: neither input nor output is ever held whole.</summary>
internal static class GitLines
{
    private const int MaxLine = 64 * 1024;

    /// <returns>git's exit status, or null when it was ended because enough was seen.</returns>
    /// <exception cref="GitTooSlowException">It took longer than <paramref name="timeout"/> and was ended.</exception>
    public static async Task<int?> RunLinesAsync(
        this GitCommand git, RepositoryPaths paths, string[] arguments, string[] environment, IEnumerable<ReadOnlyMemory<byte>> input,
        LineReader onLine, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = git.Start(paths, arguments, environment);
        await using (process.ConfigureAwait(false))
        {
            using var watchdog = new CancellationTokenSource(timeout, time);
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var bark = watchdog.Token.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var sending = SendAsync(process, input, cancellationToken);
            var sawEnough = await ReadAsync(process, onLine).ConfigureAwait(false);
            if (sawEnough) process.Kill();
            await sending.ConfigureAwait(false);
            var (exitCode, _) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (sawEnough) return null;
            return watchdog.IsCancellationRequested ? throw new GitTooSlowException() : exitCode;
        }
    }

    private static async Task SendAsync(GitProcess process, IEnumerable<ReadOnlyMemory<byte>> input, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var bytes in input) await process.SendAsync(bytes, cancellationToken).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            // It ended early or was ended; the caller knows why.
        }
    }

    private static async Task<bool> ReadAsync(GitProcess process, LineReader onLine)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxLine);
        try
        {
            var length = 0;
            int read;
            while ((read = await process.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                length += read;
                if (!Consume(buffer, ref length, onLine)) return true;
                if (length == buffer.Length) throw new InputTooLongException();
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Consume(byte[] buffer, ref int length, LineReader onLine)
    {
        var start = 0;
        int end;
        while ((end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0)
        {
            if (!onLine(buffer.AsSpan(start, end))) return false;
            start += end + 1;
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        length -= start;
        return true;
    }
}

/// <summary>A git process worked longer than it may.</summary>
internal sealed class GitTooSlowException : Exception;
