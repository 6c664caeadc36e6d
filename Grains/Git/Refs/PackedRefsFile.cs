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

    /// <summary>Writes all of <paramref name="lines"/> to a new file, on disk when it returns.</summary>
    public static void WriteNew(string path, ReadOnlyMemory<byte> lines) => DurableFiles.WriteNew(path, OwnHeader, lines);

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
internal sealed class ForeignLockException : IOException;
