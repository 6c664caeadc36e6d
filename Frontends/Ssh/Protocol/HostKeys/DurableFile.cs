using System.Runtime.InteropServices;
using System.Text;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>Creates files that are on disk, their names too, when the call returns.</summary>
internal static partial class DurableFile
{
    private const int OpenReadOnly = 0;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a file of mode 0600 under a name that must be free; never to be seen half written.</summary>
    public static void CreateSecret(string path, string content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, ForOwner()))
            {
                file.Write(Encoding.ASCII.GetBytes(content));
                file.Flush();

                // Not the runtime's own flush to disk, which keeps errors to itself.
                if (FSync((int)file.SafeFileHandle.DangerousGetHandle()) != 0) throw new IOException("The file could not be synced.", Marshal.GetLastPInvokeError());
            }

            File.Move(temporary, path, overwrite: false);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    private static FileStreamOptions ForOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private static void SyncDirectory(string path)
    {
        var descriptor = Open(path, OpenReadOnly);
        if (descriptor < 0) throw new IOException("The folder could not be opened.", Marshal.GetLastPInvokeError());
        try
        {
            if (FSync(descriptor) != 0) throw new IOException("The folder could not be synced.", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
