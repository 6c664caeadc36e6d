using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Granary.Grains.Storage;

/// <summary>Makes the names in a directory durable: an fsync of a file does not say that its name survives.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The directory could not be opened or flushed.</exception>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0) throw Fault(directory);
        var result = Fsync(descriptor);
        var fault = result < 0 ? Fault(directory) : null;
        _ = Close(descriptor);
        if (fault is not null) throw fault;
    }

    private static IOException Fault(string directory)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"The directory '{directory}' could not be flushed to disk: {Marshal.GetPInvokeErrorMessage(error)}", new Win32Exception(error));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
