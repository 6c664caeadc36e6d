using System.IO.Pipelines;
using Granary.Grains.Posix;
using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Reads of files that the kernel has in memory as a rule: no thread is changed for these, and none of the pool waits for a disk.</summary>
internal static class AnswerReading
{
    /// <summary>Bytes handed to a client's pipe at a time.</summary>
    public const int Size = 128 << 10;

    /// <summary>Sends a whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length when it was complete.</param>
    /// <param name="threads">For reads that wait for the disk.</param>
    /// <param name="response">Flushed after each part.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <returns>False when already the first read failed: nothing was sent.</returns>
    public static async Task<bool> TrySendAsync(
        SafeFileHandle file, long length, BlockingWork threads, PipeWriter response, CancellationToken cancellationToken)
    {
        for (var position = 0L; position < length;)
        {
            var memory = response.GetMemory((int)Math.Min(Size, length - position));
            if (memory.Length > length - position) memory = memory[..(int)(length - position)];
            try
            {
                var read = await ReadAsync(file, memory, position, threads).ConfigureAwait(false);
                response.Advance(read);
                position += read;
            }
            catch (IOException) when (position == 0)
            {
                return false;
            }

            var flush = await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) throw new OperationCanceledException("The client went away.");
        }

        return true;
    }

    /// <exception cref="IOException">The volume failed, or the file is shorter than it was.</exception>
    public static async ValueTask<int> ReadAsync(SafeFileHandle file, Memory<byte> buffer, long offset, BlockingWork threads)
    {
        var read = ReadNow(file, buffer.Span, offset);
        if (read < 0) read = await threads.RunAsync(() => RandomAccess.Read(file, buffer.Span, offset)).ConfigureAwait(false);
        return read > 0 ? read : throw new EndOfStreamException("A file of the pack cache ends too early.");
    }

    /// <summary>Negative when the kernel would have to wait, or does not know the question.</summary>
    private static unsafe int ReadNow(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
        {
            var vector = new Libc.IoVector { Base = start, Length = (nuint)buffer.Length };
            return (int)Libc.ReadVector(file, &vector, 1, offset, Libc.ReadWithoutWaiting);
        }
    }
}
