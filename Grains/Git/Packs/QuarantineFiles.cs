using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Packs;

/// <summary>What is done to quarantine directories under the repository's lock: take over, sweep.</summary>
internal static class QuarantineFiles
{
    private const int MaxAttempts = 10;

    /// <summary>The index comes last: git sees a pack from the moment its index is there.</summary>
    private static readonly string[] Order = [".pack", ".rev", ".idx"];

    /// <summary>The lock lies beside the directory and is taken before that is made: whoever sees the directory can tell if it is in use.</summary>
    public static string LockOf(string quarantine) => quarantine + ".lock";

    /// <summary>
    /// Moves the push's pack into the repository, durably. The name is the hash of the content, so a file that is there
    /// already is the same one, and is replaced: its entry may be one that an earlier sync failed to make durable.
    /// </summary>
    public static void TakeOver(RepositoryPaths paths, Guid pushId, IWriteObserver observer)
    {
        var files = Directory.GetFiles(Path.Combine(paths.Quarantine(pushId), "pack"), "pack-*");
        foreach (var index in files.Where(static f => f.EndsWith(Order[^1], StringComparison.Ordinal)))
        {
            try
            {
                foreach (var file in Order.Select(extension => Path.ChangeExtension(index, extension)).Where(files.Contains))
                    DurableFiles.Rename(file, Path.Combine(paths.ObjectPacks, Path.GetFileName(file)));
            }
            catch (IOException)
            {
                RemoveHalf(paths, index);
                throw;
            }
        }

        observer.Reached(WriteStep.PackRenamed);
        DurableFiles.SyncDirectory(paths.ObjectPacks);
        observer.Reached(WriteStep.PackDirectorySynced);
    }

    /// <summary>A move that ended before the index, the last file, left a pack that git does not see; it is given back.</summary>
    private static void RemoveHalf(RepositoryPaths paths, string index)
    {
        var target = Path.Combine(paths.ObjectPacks, Path.GetFileName(index));
        if (File.Exists(target)) return;
        foreach (var extension in Order[..^1]) File.Delete(Path.ChangeExtension(target, extension));
    }

    /// <summary>Makes the directory of a push under its lock, which tells sweeps that the push lives.</summary>
    public static FileLock Create(string quarantine)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // A sweep may find the lock file before it is locked, take it for a dead silo's and remove it: then another is made.
            var held = FileLock.TryTake(LockOf(quarantine), TimeSpan.FromSeconds(1));
            if (held is not null && File.Exists(LockOf(quarantine)))
            {
                Directory.CreateDirectory(Path.Combine(quarantine, "pack"));
                return held;
            }

            held?.Dispose();
        }

        throw new IOException("The quarantine of a push could not be locked.");
    }

    /// <summary>Removes a quarantine and then its lock file; the caller holds the lock.</summary>
    public static void Remove(string quarantine)
    {
        try
        {
            if (Directory.Exists(quarantine)) Directory.Delete(quarantine, recursive: true);
            File.Delete(LockOf(quarantine));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A git process that was just ended may still be writing, or the volume fails; the next sweep takes what is left.
        }
    }

    /// <summary>Removes the quarantines of silos that died: those whose lock nobody holds. One sweep at a time, under the repository's lock.</summary>
    public static void Sweep(RepositoryPaths paths)
    {
        if (!Directory.Exists(paths.Quarantines)) return;
        var locks = Directory.GetFiles(paths.Quarantines, "*.lock").Select(static file => file[..^".lock".Length]);
        foreach (var quarantine in Directory.GetDirectories(paths.Quarantines).Union(locks))
        {
            using var owner = FileLock.TryTake(LockOf(quarantine), TimeSpan.Zero);
            if (owner is null) continue;
            var packs = Path.Combine(quarantine, "pack");
            foreach (var index in Directory.Exists(packs) ? Directory.GetFiles(packs, "pack-*.idx") : []) RemoveHalf(paths, index);
            Remove(quarantine);
        }
    }
}
