using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Posix;

/// <summary>File operations that are on disk when they return; git's own leave directories unsynced.</summary>
internal static class DurableFiles
{
    /// <summary>Makes the entries of a directory durable: names created, renamed or removed in it.</summary>
    public static void SyncDirectory(string path) => Sync(path, Libc.OpenDirectory, "directory");

    /// <summary>Makes durable what was written to a file without a sync, by whomever.</summary>
    public static void SyncFile(string path) => Sync(path, 0, "file");

    private static void Sync(string path, int flags, string what)
    {
        var fd = Libc.Open(path, Libc.OpenReadOnly | flags | Libc.OpenCloseOnExec, 0);
        if (fd < 0) throw Libc.Error("open " + what);
        try
        {
            if (Libc.FSync(fd) != 0) throw Libc.Error("fsync " + what);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>
    /// Makes a file's content durable. What .NET has for it (<c>RandomAccess.FlushToDisk</c>, <c>FileStream.Flush(true)</c>)
    /// does not tell when the kernel says that it failed. After a failure the content counts as lost: write it anew, elsewhere or
    /// whole, for a second sync would succeed and mean nothing.
    /// </summary>
    public static void Sync(SafeFileHandle file)
    {
        while (Libc.FSync(file) != 0)
        {
            var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (errno != Libc.Interrupted) throw Libc.Error("fsync", errno);
        }
    }

    /// <summary>Creates a file that must not exist, with its content on disk; the directory entry is the caller's to sync.</summary>
    public static void WriteNew(string path, params ReadOnlySpan<ReadOnlyMemory<byte>> content)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        var offset = 0L;
        foreach (var part in content)
        {
            RandomAccess.Write(file, part.Span, offset);
            offset += part.Length;
        }

        // The kernel's own time stands still for milliseconds while inodes are used again: files written one after the other
        // at one size could not be told apart by what stat says of them.
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        Sync(file);
    }

    /// <summary>Replaces a file by one durable rename; readers see the old content or the new.</summary>
    public static void Replace(string path, ReadOnlyMemory<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            WriteNew(temporary, content);
            Rename(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    public static void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0) throw Libc.Error("rename");
    }

    /// <summary>Gives a file a second name; false when that name is taken.</summary>
    public static bool TryLink(string existing, string created)
    {
        if (Libc.Link(existing, created) == 0) return true;
        var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        return errno == Libc.FileExists ? false : throw Libc.Error("link", errno);
    }

    /// <summary>Gives a file a second name, unless that is taken; false when the file is gone.</summary>
    public static bool TryLinkIfThere(string existing, string created)
    {
        if (Libc.Link(existing, created) == 0) return true;
        var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        return errno switch { Libc.NoEntry => false, Libc.FileExists => true, _ => throw Libc.Error("link", errno) };
    }

    /// <summary>Creates a directory and makes its entry durable; does nothing if it is there.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(path)!;
        CreateDirectory(parent);
        Directory.CreateDirectory(path);
        SyncDirectory(parent);
    }
}
