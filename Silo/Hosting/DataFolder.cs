using System.Globalization;
using Granary.Repositories;

namespace Granary.Silo.Hosting;

/// <summary>The data folder while this process owns it: a lock that the kernel gives up when the process dies.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream @lock) => _lock = @lock;

    /// <summary>Takes the folder, making it if needed.</summary>
    /// <exception cref="StartupException">Another process has it, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, mode);
            foreach (var folder in (string[])["repositories", "pending"]) Directory.CreateDirectory(Path.Combine(path, folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {path} cannot be made or written (Granary:DataPath): {exception.Message}");
        }

        try
        {
            var file = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Flush();
            return new DataFolder(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartupException($"The data folder {path} cannot be written (Granary:DataPath): {exception.Message}");
        }
        catch (IOException exception) when (VolumeFaults.Find(exception) is { } fault)
        {
            throw new StartupException($"The data folder {path} cannot be written (Granary:DataPath): {fault.Describe()}.");
        }
        catch (IOException)
        {
            throw new StartupException($"The data in {path} is in use by another process; stop that one first, or choose another Granary:DataPath.");
        }
    }

    public void Dispose() => _lock.Dispose();
}
