using System.Net.Sockets;
using System.Text;
using Granary.Grains.Posix;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Git.Refs;

/// <summary>
/// The refs of repositories on the volume. Everything lives in <c>packed-refs</c>; loose refs exist only when somebody ran
/// git in the repository's folder, and are then read through git, and folded in before the next write.
/// </summary>
/// <param name="git">Starts git.</param>
/// <param name="observer">Is told of the steps of writes.</param>
internal sealed class RefStore(GitCommand git, IWriteObserver? observer = null)
{
    private const HashFormat Format = HashFormat.Sha1;
    private const string LockEnding = ".lock";

    public IWriteObserver Observer { get; } = observer ?? NoWriteObserver.Instance;

    /// <summary>The stamp of the files that a snapshot is made of; two <c>stat</c> calls.</summary>
    public static StorageStamp Stamp(RepositoryPaths paths)
    {
        var packed = FileStamp.Of(paths.PackedRefs);
        var head = FileStamp.Of(paths.Head);
        return Stamp(packed, head);
    }

    public static StorageStamp Stamp(FileStamp packed, FileStamp head) =>
        new(packed.Inode, packed.Size, packed.ModifiedNanoseconds, head.Inode, head.ModifiedNanoseconds);

    /// <summary>The <c>packed-refs</c> that a snapshot was read from.</summary>
    public static FileStamp PackedStamp(StorageStamp stamp) =>
        new(stamp.PackedInode, stamp.PackedSize < 0 ? ~stamp.PackedSize : stamp.PackedSize, stamp.PackedTime);

    /// <summary>Makes the files of a new, empty repository; does nothing to what is there.</summary>
    /// <exception cref="IOException">The repository's lock is held: another activation is at work.</exception>
    public static void Create(RepositoryPaths paths, RefName head, GitOptions options)
    {
        DurableFiles.CreateDirectory(paths.Own);
        using var held = FileLock.TryTake(paths.Lock, options.LockPatience) ?? throw new IOException("The repository's lock is held.");
        ReadOnlySpan<string> directories =
            [paths.ObjectPacks, Path.Combine(paths.Objects, "info"), paths.LooseRefs, paths.Journal, paths.Quarantines];
        foreach (var directory in directories) DurableFiles.CreateDirectory(directory);
        if (!File.Exists(paths.PackedRefs))
        {
            using var update = PackedRefsUpdate.Prepare(paths, default, default, options, NoWriteObserver.Instance);
            update.Commit();
        }

        WriteIfMissing(Path.Combine(paths.Root, "config"), "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n");
        WriteIfMissing(paths.Head, $"ref: {head.Value}\n");
    }

    /// <summary>Reads the refs as they are now. Blocks; retries while another program is writing.</summary>
    public async Task<RefSnapshot> LoadAsync(RepositoryPaths paths, RefVersion version, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stamp = Stamp(paths);
            var hasLooseRefs = LooseRefs(paths).Count > 0;
            var lines = hasLooseRefs ? null : PackedRefsFile.TryRead(paths.PackedRefs, Format);
            lines ??= await ReadThroughGitAsync(paths, cancellationToken).ConfigureAwait(false);
            var (target, detached) = HeadFile.Read(paths.Head);
            if (Stamp(paths) != stamp && attempt < 10) continue;

            // Loose refs come and go without a trace in the stamp: a snapshot that has some is never taken for current.
            if (hasLooseRefs) stamp = stamp with { PackedSize = ~stamp.PackedSize };
            return new RefSnapshot(version, Format, lines, target, detached, stamp);
        }
    }

    /// <summary>The refs as <c>packed-refs</c> alone has them, under the name of a snapshot; null if only git should read the file.</summary>
    public static RefSnapshot? ReadPacked(RepositoryPaths paths, RefSnapshot refs) => PackedRefsFile.TryRead(paths.PackedRefs, Format) is { } lines
        ? new RefSnapshot(refs.Version, Format, lines, refs.HeadTarget, refs.DetachedHead, refs.Stamp)
        : null;

    /// <summary>The names of refs that somebody left as files of their own.</summary>
    public static IReadOnlySet<string> LooseRefs(RepositoryPaths paths) => FilesBelowRefs(paths)
        .Where(static f => !f.EndsWith(LockEnding, StringComparison.Ordinal))
        .Select(f => Path.GetRelativePath(paths.Root, f)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether there is any such file. Ends at the first, and is a look into two or three folders when there is none.</summary>
    public static bool HasLooseRefs(RepositoryPaths paths)
    {
        try
        {
            return Directory.EnumerateFiles(paths.LooseRefs, "*", SearchOption.AllDirectories)
                .Any(static f => !f.EndsWith(LockEnding, StringComparison.Ordinal));
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody's git is at work there this moment: it is looked at closely.
            return true;
        }
    }

    /// <summary>
    /// Lets git fold loose refs into <c>packed-refs</c>, under its own locks. Returns those that it did not: locked by another
    /// program, broken or symbolic; they stand before what <c>packed-refs</c> says of them.
    /// </summary>
    /// <exception cref="ForeignLockException">git could not take its lock.</exception>
    public async Task<IReadOnlySet<string>> FoldLooseRefsAsync(
        RepositoryPaths paths, TimeSpan foreignLockAge, CancellationToken cancellationToken)
    {
        var loose = LooseRefs(paths);
        if (loose.Count == 0) return loose;
        PackedRefsFile.RemoveStaleLock(paths.PackedRefsLock, foreignLockAge);
        foreach (var file in FilesBelowRefs(paths).Where(static f => f.EndsWith(LockEnding, StringComparison.Ordinal)))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) >= foreignLockAge) File.Delete(file);
        }

        var (exitCode, _) = await RunAsync(paths, ["pack-refs", "--all", "--prune"], default, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 ? LooseRefs(paths) : throw new ForeignLockException();
    }

    private static List<string> FilesBelowRefs(RepositoryPaths paths)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return [.. Directory.EnumerateFiles(paths.LooseRefs, "*", SearchOption.AllDirectories)];
            }
            catch (DirectoryNotFoundException) when (attempt < 10)
            {
                // git removed an empty folder meanwhile.
            }
        }
    }

    private async Task<byte[]> ReadThroughGitAsync(RepositoryPaths paths, CancellationToken cancellationToken)
    {
        // Not show-ref, which fails over a broken ref, nor %(*objectname), which peels a tag of a tag once only before git 2.45.
        var (exitCode, refs) = await RunAsync(
            paths, ["for-each-ref", "--format=%(objectname) %(refname)"], default, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) throw new IOException("The refs of the repository could not be read.");
        var hexLength = Format.HexLength();
        var input = new MemoryStream();
        foreach (var range in refs.AsSpan().Split((byte)'\n'))
        {
            if (refs.AsSpan(range).IsEmpty) continue;
            input.Write(refs.AsSpan(range)[..hexLength]);
            input.Write("^{}\n"u8);
        }

        var (peelExitCode, peeled) = await RunAsync(
            paths, ["cat-file", "--batch-check=%(objectname)"], input.ToArray(), cancellationToken).ConfigureAwait(false);
        if (peelExitCode != 0) throw new IOException("The refs of the repository could not be read.");
        return WithPeeledLines(refs, peeled, hexLength);
    }

    /// <summary>A ref's line of the second list is the object it peels to, or begins with its own when that is missing.</summary>
    private static byte[] WithPeeledLines(ReadOnlySpan<byte> refs, ReadOnlySpan<byte> peeled, int hexLength)
    {
        var lines = new MemoryStream();
        foreach (var range in refs.Split((byte)'\n'))
        {
            var line = refs[range];
            if (line.IsEmpty) continue;
            lines.Write(line);
            lines.WriteByte((byte)'\n');
            var end = peeled.IndexOf((byte)'\n') + 1;
            if (!peeled[..hexLength].SequenceEqual(line[..hexLength]))
            {
                lines.WriteByte((byte)'^');
                lines.Write(peeled[..end]);
            }

            peeled = peeled[end..];
        }

        return lines.ToArray();
    }

    private async Task<(int ExitCode, byte[] Output)> RunAsync(
        RepositoryPaths paths, string[] arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var process = git.Start(paths, arguments);
        await using (process.ConfigureAwait(false))
        {
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var output = process.ReadAllAsync(int.MaxValue, CancellationToken.None);
            try
            {
                await process.SendAsync(input, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // It ended early; the exit status says why.
            }

            process.CloseInput();
            var bytes = await output.ConfigureAwait(false);
            var (exitCode, _) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return (exitCode, bytes);
        }
    }

    private static void WriteIfMissing(string path, string content)
    {
        if (!File.Exists(path)) DurableFiles.Replace(path, Encoding.UTF8.GetBytes(content));
    }
}
