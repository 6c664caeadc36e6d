using Granary.Grains.Git.Posix;

namespace Granary.Grains.Git.Packs;

/// <summary>What is done to quarantine directories under the repository's lock: take over, sweep.</summary>
internal static class QuarantineFiles
{
    /// <summary>The index comes last: git sees a pack from the moment its index is there.</summary>
    private static readonly string[] Order = [".pack", ".rev", ".idx"];

    public static string LockOf(string quarantine) => Path.Combine(quarantine, "lock");

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
            using var owner = FileLock.TryTake(LockOf(directory), TimeSpan.Zero);
            if (owner is not null) Remove(directory);
        }
    }
}
