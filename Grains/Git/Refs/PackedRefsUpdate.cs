using System.Diagnostics;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Refs;

/// <summary>
/// The next <c>packed-refs</c>, complete and on disk, under git's lock name: git's writers and ours exclude each other, and a
/// reader of the lock file can tell whose it is. All that is left to do is one rename.
/// </summary>
internal sealed class PackedRefsUpdate : IDisposable
{
    private readonly RepositoryPaths _paths;
    private readonly IWriteObserver _observer;

    private PackedRefsUpdate(RepositoryPaths paths, IWriteObserver observer) => (_paths, _observer) = (paths, observer);

    /// <summary>Whether the refs have moved, or may have; a fault after that does not tell whether they have durably.</summary>
    public bool HasMoved { get; private set; }

    /// <param name="paths">The repository.</param>
    /// <param name="lines">All refs.</param>
    /// <param name="replaced">The file that <paramref name="lines"/> were made from.</param>
    /// <param name="options">How long to wait for another program's lock, and when it counts as left behind.</param>
    /// <param name="observer">Is told of the steps.</param>
    /// <exception cref="ForeignLockException">Another program holds git's lock, or has replaced the file.</exception>
    public static PackedRefsUpdate Prepare(
        RepositoryPaths paths, ReadOnlyMemory<byte> lines, FileStamp replaced, GitOptions options, IWriteObserver observer)
    {
        // Never reopened under this name: until it is removed it is the second name of the lock file.
        var complete = Path.Combine(paths.Own, $"packed-refs.{Guid.NewGuid():N}");
        try
        {
            PackedRefsFile.WriteNew(complete, lines);
            observer.Reached(WriteStep.PackedRefsWritten);
            TakeLock(complete, paths.PackedRefsLock, options);
        }
        finally
        {
            File.Delete(complete);
        }

        var update = new PackedRefsUpdate(paths, observer);
        try
        {
            observer.Reached(WriteStep.PackedRefsLinked);

            // git puts its file in place before it lets go of the lock: from here on the comparison holds.
            if (FileStamp.Of(paths.PackedRefs) != replaced) throw new ForeignLockException();
            return update;
        }
        catch
        {
            update.Dispose();
            throw;
        }
    }

    /// <summary>Moves the refs, durably; the stamp of the file that has them.</summary>
    public FileStamp Commit()
    {
        var stamp = FileStamp.Of(_paths.PackedRefsLock);
        try
        {
            DurableFiles.Rename(_paths.PackedRefsLock, _paths.PackedRefs);
            HasMoved = true;
        }
        catch (IOException)
        {
            // Over a network an error is no proof that nothing happened.
            HasMoved = true;
            HasMoved = FileStamp.Of(_paths.PackedRefs) == stamp;
            throw;
        }

        _observer.Reached(WriteStep.PackedRefsRenamed);
        DurableFiles.SyncDirectory(_paths.Root);
        _observer.Reached(WriteStep.DirectorySynced);
        return stamp;
    }

    /// <summary>Lets go of git's lock if the refs have not moved.</summary>
    public void Dispose()
    {
        if (!HasMoved) File.Delete(_paths.PackedRefsLock);
    }

    private static void TakeLock(string complete, string path, GitOptions options)
    {
        var waited = Stopwatch.StartNew();
        while (!DurableFiles.TryLink(complete, path))
        {
            if (PackedRefsFile.RemoveStaleLock(path, options.ForeignLockAge) && DurableFiles.TryLink(complete, path)) return;
            if (waited.Elapsed >= options.LockPatience) throw new ForeignLockException();
            Thread.Sleep(10);
        }
    }
}
