using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>A file of the cache: an answer as it goes to clients. Its size is booked before it is written, never fsynced.</summary>
internal sealed class AnswerFile(AnswerStore store, string path, SafeFileHandle handle)
{
    public string Path { get; } = path;

    public SafeFileHandle Handle { get; } = handle;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Adds to its end. False when there is no room for it.</summary>
    /// <exception cref="IOException">The volume failed.</exception>
    public Task<bool> TryAppendAsync(ReadOnlyMemory<byte> bytes) => store.Threads.RunAsync(() =>
    {
        if (!store.TryBook(Length, bytes.Length)) return false;
        var from = Length;
        Length += bytes.Length;
        RandomAccess.Write(Handle, bytes.Span, from);
        return true;
    });

    /// <summary>Nobody reads or writes it here any more. It stays only if it was kept.</summary>
    public void Close(bool isKept)
    {
        Handle.Dispose();
        if (!isKept) store.Remove(Path, Length);
    }
}
