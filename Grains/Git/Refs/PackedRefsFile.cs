using System.Diagnostics;
using Granary.Grains.Posix;
using Granary.Repositories;

namespace Granary.Grains.Git.Refs;

/// <summary>
/// Reading and writing git's <c>packed-refs</c> (gitrepository-layout(5); the format is described in git's
/// refs/packed-backend.c). Ours is always fully peeled and sorted, and says in its header that we wrote it.
/// </summary>
internal static class PackedRefsFile
{
    /// <summary>git skips traits it does not know; ours tells a lock file of a dead silo from another program's.</summary>
    private static readonly byte[] OwnHeader = "# pack-refs with: peeled fully-peeled sorted granary \n"u8.ToArray();

    /// <summary>The ref lines; null when the file is of a form that only git should read (not sorted or not fully peeled).</summary>
    public static byte[]? TryRead(string path, HashFormat format)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return [];
        }

        var headerEnd = file.AsSpan().IndexOf((byte)'\n') + 1;
        var header = file.AsSpan(0, headerEnd);
        if (!header.StartsWith("# pack-refs with:"u8)) return file.Length == 0 ? [] : null;
        if (header.IndexOf(" fully-peeled "u8) < 0 || header.IndexOf(" sorted "u8) < 0) return null;
        var lines = file[headerEnd..];
        return IsWellFormed(lines, format.HexLength()) ? lines : null;
    }

    /// <summary>
    /// Replaces the file by one durable rename. The complete new file is first linked under git's lock name, so that git's
    /// writers and ours exclude each other, and a reader of the lock file can tell whose it is.
    /// </summary>
    /// <param name="paths">The repository.</param>
    /// <param name="lines">All refs.</param>
    /// <param name="replaced">The file that <paramref name="lines"/> were made from.</param>
    /// <param name="options">How long to wait for another program's lock, and when it counts as left behind.</param>
    /// <returns>The stamp of the new file.</returns>
    /// <exception cref="ForeignLockException">Another program holds git's lock, or has replaced the file.</exception>
    public static FileStamp Write(RepositoryPaths paths, ReadOnlyMemory<byte> lines, FileStamp replaced, GitOptions options)
    {
        // Never reopened under this name: after the rename it is the live file's second name until it is removed.
        var complete = Path.Combine(paths.Own, $"packed-refs.{Guid.NewGuid():N}");
        FileStamp stamp;
        try
        {
            DurableFiles.WriteNew(complete, OwnHeader, lines);
            stamp = FileStamp.Of(complete);
            TakeLock(complete, paths.PackedRefsLock, options);
            try
            {
                // git puts its file in place before it lets go of the lock: from here on the comparison holds.
                if (FileStamp.Of(paths.PackedRefs) != replaced) throw new ForeignLockException();
                DurableFiles.Rename(paths.PackedRefsLock, paths.PackedRefs);
            }
            catch
            {
                File.Delete(paths.PackedRefsLock);
                throw;
            }
        }
        finally
        {
            File.Delete(complete);
        }

        DurableFiles.SyncDirectory(paths.Root);
        return stamp;
    }

    /// <summary>
    /// Removes git's lock if it was left behind: we hold the repository's own lock, so one of ours is that of a dead process;
    /// another program's counts as left behind when it is old. Returns whether it is gone.
    /// </summary>
    public static bool RemoveStaleLock(string path, TimeSpan foreignLockAge)
    {
        try
        {
            Span<byte> start = stackalloc byte[OwnHeader.Length];
            using var file = File.OpenHandle(path);
            var ours = RandomAccess.Read(file, start, 0) == start.Length && start.SequenceEqual(OwnHeader);
            if (!ours && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < foreignLockAge) return false;
        }
        catch (FileNotFoundException)
        {
            return true;
        }

        File.Delete(path);
        return true;
    }

    private static void TakeLock(string complete, string path, GitOptions options)
    {
        var waited = Stopwatch.StartNew();
        while (!DurableFiles.TryLink(complete, path))
        {
            if (RemoveStaleLock(path, options.ForeignLockAge) && DurableFiles.TryLink(complete, path)) return;
            if (waited.Elapsed >= options.LockPatience) throw new ForeignLockException();
            Thread.Sleep(10);
        }
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> lines, int hexLength)
    {
        ReadOnlySpan<byte> previous = default;
        while (lines.Length > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            if (end < 0) return false;
            var line = lines[..end];
            lines = lines[(end + 1)..];
            if (line.Length == hexLength + 1 && line[0] == '^' && !previous.IsEmpty) continue;
            if (line.Length < hexLength + 2 || line[hexLength] != ' ' || !ObjectId.TryParse(line[..hexLength], out _)) return false;
            var name = line[(hexLength + 1)..];
            if (!previous.IsEmpty && previous.SequenceCompareTo(name) >= 0) return false;
            previous = name;
        }

        return true;
    }
}

/// <summary>Another program holds a git lock file in the repository and has not let go of it in time.</summary>
internal sealed class ForeignLockException : Exception;
