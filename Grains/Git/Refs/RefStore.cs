using System.Text;
using Granary.Grains.Git.Posix;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Git.Refs;

/// <summary>
/// The refs of repositories on the volume. Everything lives in <c>packed-refs</c>; loose refs exist only when somebody ran
/// git in the repository's folder, and are then read through git, and folded in before the next write.
/// </summary>
internal sealed class RefStore(GitCommand git)
{
    private const HashFormat Format = HashFormat.Sha1;

    /// <summary>The stamp of the files that a snapshot is made of; two <c>stat</c> calls.</summary>
    public static StorageStamp Stamp(RepositoryPaths paths)
    {
        var packed = FileStamp.Of(paths.PackedRefs);
        var head = FileStamp.Of(paths.Head);
        return new StorageStamp(packed.Inode, packed.Size, packed.ModifiedNanoseconds, head.Inode, head.ModifiedNanoseconds);
    }

    /// <summary>Makes the files of a new, empty repository; does nothing to what is there.</summary>
    public static void Create(RepositoryPaths paths, RefName head)
    {
        ReadOnlySpan<string> directories =
            [paths.ObjectPacks, Path.Combine(paths.Objects, "info"), paths.LooseRefs, paths.Journal, paths.Quarantines];
        foreach (var directory in directories) DurableFiles.CreateDirectory(directory);
        if (!File.Exists(paths.PackedRefs)) PackedRefsFile.Write(paths, default, TimeSpan.Zero);
        WriteIfMissing(Path.Combine(paths.Root, "config"), "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n");
        WriteIfMissing(paths.Head, $"ref: {head.Value}\n");
    }

    /// <summary>Reads the refs as they are now. Blocks; retries while another program is writing.</summary>
    public async Task<RefSnapshot> LoadAsync(RepositoryPaths paths, RefVersion version, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stamp = Stamp(paths);
            var lines = HasLooseRefs(paths) ? null : PackedRefsFile.TryRead(paths.PackedRefs, Format);
            lines ??= await ReadThroughGitAsync(paths, cancellationToken).ConfigureAwait(false);
            var (target, detached) = HeadFile.Read(paths.Head);
            if (Stamp(paths) == stamp || attempt == 10) return new RefSnapshot(version, Format, lines, target, detached, stamp);
        }
    }

    /// <summary>Whether somebody left refs as files of their own.</summary>
    public static bool HasLooseRefs(RepositoryPaths paths) =>
        Directory.EnumerateFiles(paths.LooseRefs, "*", SearchOption.AllDirectories).Any(static f => !f.EndsWith(".lock", StringComparison.Ordinal));

    /// <summary>Lets git fold loose refs into <c>packed-refs</c>, under its own locks.</summary>
    /// <exception cref="ForeignLockException">git could not take them.</exception>
    public async Task FoldLooseRefsAsync(RepositoryPaths paths, CancellationToken cancellationToken)
    {
        if (!HasLooseRefs(paths)) return;
        var (exitCode, _) = await RunAsync(paths, ["pack-refs", "--all", "--prune"], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) throw new ForeignLockException();
    }

    private async Task<byte[]> ReadThroughGitAsync(RepositoryPaths paths, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync(
            paths, ["for-each-ref", "--format=%(objectname) %(refname) %(*objectname)"], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) throw new IOException("The refs of the repository could not be read.");
        var lines = new MemoryStream();
        foreach (var range in output.AsSpan().Split((byte)'\n'))
        {
            var line = output.AsSpan(range);
            if (line.IsEmpty) continue;
            var peeledAt = line.LastIndexOf((byte)' ');
            lines.Write(line[..peeledAt]);
            lines.WriteByte((byte)'\n');
            if (peeledAt + 1 == line.Length) continue;
            lines.WriteByte((byte)'^');
            lines.Write(line[(peeledAt + 1)..]);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    private async Task<(int ExitCode, byte[] Output)> RunAsync(RepositoryPaths paths, string[] arguments, CancellationToken cancellationToken)
    {
        var process = git.Start(paths, arguments);
        await using (process.ConfigureAwait(false))
        {
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            process.CloseInput();
            var output = await process.ReadAllAsync(int.MaxValue, CancellationToken.None).ConfigureAwait(false);
            var (exitCode, _) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return (exitCode, output);
        }
    }

    private static void WriteIfMissing(string path, string content)
    {
        if (!File.Exists(path)) DurableFiles.Replace(path, Encoding.UTF8.GetBytes(content));
    }
}
