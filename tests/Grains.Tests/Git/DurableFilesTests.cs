using System.Runtime.CompilerServices;
using Granary.Grains.Posix;

namespace Granary.Grains.Tests.Git;

public sealed class DurableFilesTests
{
    // .NET 10 drops the error of a failed fsync, which tests/Faults.Tests found: an acknowledged push would be on no disk.
    [Fact]
    public void Sources_Sync_NeverThroughTheRuntime()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));
        var sources = ((string[])["Grains", "Grains.Interfaces", "Frontends", "Silo"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(static f => !f.Contains("/obj/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(sources);
        Assert.DoesNotContain(sources, static f => File.ReadLines(f).Any(static l =>
            !l.TrimStart().StartsWith("//", StringComparison.Ordinal)
            && (l.Contains("FlushToDisk(", StringComparison.Ordinal) || l.Contains("Flush(true)", StringComparison.Ordinal) || l.Contains("flushToDisk:", StringComparison.Ordinal))));
    }

    [Fact]
    public void Sync_OfWhatCannotBeSynced_Throws()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        Assert.Throws<IOException>(() => DurableFiles.Sync(handle));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
