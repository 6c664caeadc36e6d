using Granary.Grains.Posix;
using Granary.Repositories;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>The files of a repository's end: a marker when it is deleted, and one rename when it goes for good.</summary>
internal static class RepositoryRemoval
{
    /// <summary>Marks it deleted, durably; called again, it changes nothing.</summary>
    public static void Mark(RepositoryLayout layout, RepositoryId id)
    {
        var marker = Path.Combine(layout.Deleted, id.ToString());
        if (File.Exists(marker)) return;
        DurableFiles.CreateDirectory(layout.Deleted);
        try
        {
            DurableFiles.WriteNew(marker);
        }
        catch (IOException) when (File.Exists(marker))
        {
            // Made by another activation in between.
        }

        DurableFiles.SyncDirectory(layout.Deleted);
    }

    public static void Unmark(RepositoryLayout layout, RepositoryId id)
    {
        var marker = Path.Combine(layout.Deleted, id.ToString());
        if (!File.Exists(marker)) return;
        File.Delete(marker);
        DurableFiles.SyncDirectory(layout.Deleted);
    }

    /// <summary>
    /// Moves all of it out of the way under its lock, by one rename: from then on no path leads to it. The sweep removes the
    /// tree afterwards, which may take long.
    /// </summary>
    /// <returns>False when the repository's lock is held.</returns>
    public static bool MoveAway(RepositoryLayout layout, RepositoryId id, TimeSpan patience)
    {
        var paths = layout.Of(id);
        if (Directory.Exists(paths.Own))
        {
            using var housekeeping = FileLock.TryTake(paths.MaintenanceLock, patience);
            using var held = housekeeping is null ? null : FileLock.TryTake(paths.Lock, patience);
            if (held is null) return false;
            DurableFiles.CreateDirectory(layout.Trash);
            DurableFiles.Rename(paths.Root, Path.Combine(layout.Trash, $"{id}.{Guid.NewGuid():N}"));
            DurableFiles.SyncDirectory(Path.GetDirectoryName(paths.Root)!);
            DurableFiles.SyncDirectory(layout.Trash);
        }

        if (File.Exists(paths.PendingMarker)) File.Delete(paths.PendingMarker);
        return true;
    }
}
