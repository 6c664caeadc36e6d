using System.Runtime.InteropServices;

namespace Granary.Sqlite;

/// <summary>Makes the entries of a directory durable; .NET has no call for it.</summary>
internal static unsafe partial class Directories
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x90000;

    public static void Sync(string path)
    {
        var descriptor = Open(path, ReadOnlyDirectoryCloseOnExec);
        if (descriptor < 0) throw Error("open directory");
        try
        {
            if (FSync(descriptor) != 0) throw Error("fsync directory");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);
}
