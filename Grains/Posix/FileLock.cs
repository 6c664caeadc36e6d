using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Granary.Grains.Posix;

/// <summary>
/// An exclusive <c>flock</c> on a file that stays: the kernel gives it up when its owner dies, and keeps it while its owner
/// is only paused. It belongs to the open file, so it also excludes two activations within one process.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private int _fd;

    private FileLock(int fd) => _fd = fd;

    /// <summary>Takes the lock, or returns null when another holds it for all of <paramref name="patience"/>. Blocks its thread.</summary>
    public static FileLock? TryTake(string path, TimeSpan patience)
    {
        var fd = Libc.Open(path, Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenCloseOnExec, 0b110_100_100);
        if (fd < 0) throw Libc.Error("open lock");
        var waited = Stopwatch.StartNew();
        var pause = 1;
        while (Libc.FLock(fd, Libc.LockExclusive | Libc.LockNonBlocking) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.Interrupted) continue;
            if (errno == Libc.WouldBlock && waited.Elapsed < patience)
            {
                // flock has no time-out; the holder is another activation that should not exist, so contention is rare.
                Thread.Sleep(pause);
                pause = Math.Min(pause * 2, 20);
                continue;
            }

            _ = Libc.Close(fd);
            return errno == Libc.WouldBlock ? null : throw Libc.Error("flock", errno);
        }

        return new FileLock(fd);
    }

    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0) return;

        // Closing alone would not do: a process that is just being started shares the open file until its exec.
        _ = Libc.FLock(fd, Libc.LockRelease);
        _ = Libc.Close(fd);
    }
}
