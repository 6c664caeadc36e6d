using Granary.Grains.Git.Posix;

namespace Granary.Grains.Git.Packs;

/// <summary>What is done to quarantine directories under the repository's lock: take over, sweep.</summary>
internal static class QuarantineFiles
{
    /// <summary>The index comes last: git sees a pack from the moment its index is there.</summary>
    private static readonly string[] Order = [".pack", ".rev", ".idx"];

    public static string LockOf(string quarantine) => Path.Combine(quarantine, "lock");

    /// <summary>Makes a quarantine and takes its lock. A sweep may come between the two, and is then let finish.</summary>
    public static FileLock Create(string quarantine)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Directory.CreateDirectory(Path.Combine(quarantine, "pack"));
            if (TryTakeLock(quarantine, TimeSpan.FromSeconds(1)) is { } held)
            {
                if (File.Exists(LockOf(quarantine)) && Directory.Exists(Path.Combine(quarantine, "pack"))) return held;
                held.Dispose();
            }
        }

        throw new IOException("A quarantine could not be made.");
    }

    /// <summary>Moves the push's pack into the repository, durably. Done again after a crash, it ends what it began.</summary>
    public static void TakeOver(RepositoryPaths paths, Guid pushId)
    {
        var from = Path.Combine(paths.Quarantine(pushId), "pack");
        foreach (var extension in Order)
        {
            foreach (var file in Directory.EnumerateFiles(from, "pack-*" + extension))
            {
                // The name is the hash of the content, so a file that is there already is the same one.
                var target = Path.Combine(paths.ObjectPacks, Path.GetFileName(file));
                if (!File.Exists(target)) DurableFiles.Rename(file, target);
            }
        }

        DurableFiles.SyncDirectory(paths.ObjectPacks);
    }

    public static void Remove(string quarantine)
    {
        try
        {
            Directory.Delete(quarantine, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Swept, or never made.
        }
        catch (IOException)
        {
            // A git process that was just ended may still be writing; the next sweep takes what is left.
        }
    }

    /// <summary>Removes the quarantines of silos that died: those whose own lock nobody holds.</summary>
    public static void Sweep(RepositoryPaths paths)
    {
        if (!Directory.Exists(paths.Quarantines)) return;
        foreach (var directory in Directory.EnumerateDirectories(paths.Quarantines))
        {
            // A quarantine without a lock file is one second old or was half removed; its age decides.
            if (!File.Exists(LockOf(directory)) && File.GetLastWriteTimeUtc(directory) > DateTime.UtcNow.AddHours(-1)) continue;
            using var owner = TryTakeLock(directory, TimeSpan.Zero);
            if (owner is not null) Remove(directory);
        }
    }

    /// <summary>Null when another has the lock, or the folder is gone.</summary>
    private static FileLock? TryTakeLock(string quarantine, TimeSpan patience)
    {
        try
        {
            return FileLock.TryTake(LockOf(quarantine), patience);
        }
        catch (IOException) when (!Directory.Exists(quarantine))
        {
            return null;
        }
    }
}
