using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Tools;

/// <summary>A file system of its own in memory, with limits.</summary>
internal sealed class Volume : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string? _ballast;

    private Volume()
    {
    }

    public string Path => _folder["volume"];

    /// <summary>Skips outside of CI when mounting is not allowed here.</summary>
    public static Volume Mount(string options)
    {
        var volume = new Volume();
        Directory.CreateDirectory(volume.Path);
        if (Run("mount", "-t", "tmpfs", "-o", options, "none", volume.Path)) return volume;
        volume._folder.Dispose();
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "Mounting is not allowed.");
        Assert.Skip("Mounting is not allowed.");
        throw new InvalidOperationException();
    }

    /// <summary>Takes the space that is left, all but some of it.</summary>
    public void Fill(long leave)
    {
        _ballast = System.IO.Path.Combine(Path, "ballast");
        using var file = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            file.SetLength(Math.Max(0, file.Length - leave) / block.Length * block.Length);
        }
    }

    /// <summary>Takes all inodes that are left.</summary>
    public void FillInodes()
    {
        _ballast = Directory.CreateDirectory(System.IO.Path.Combine(Path, "ballast")).FullName;
        try
        {
            for (var i = 0; ; i++) File.WriteAllText(System.IO.Path.Combine(_ballast, i.ToString(System.Globalization.CultureInfo.InvariantCulture)), "");
        }
        catch (IOException)
        {
            // None are left.
        }
    }

    public void Empty()
    {
        if (Directory.Exists(_ballast)) Directory.Delete(_ballast, recursive: true);
        else if (_ballast is not null) File.Delete(_ballast);
    }

    /// <summary>The bytes of the repositories; what the server notes of other things, in its database say, grows at its own time.</summary>
    public long UsedByRepositories => new DirectoryInfo(System.IO.Path.Combine(Path, "data", "repositories"))
        .EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length);

    public void Remount(string mode) => Assert.True(Run("mount", "-o", "remount," + mode, Path), $"remount {mode}");

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
