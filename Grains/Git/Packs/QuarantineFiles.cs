using Granary.Grains.Posix;

namespace Granary.Grains.Git.Packs;

/// <summary>What is done to quarantine directories under the repository's lock: take over, sweep.</summary>
internal static class QuarantineFiles
{
    private const string Gone = ".gone";
    private const int MaxAttempts = 10;

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

    /// <summary>Makes the directory of a push and takes its lock, which tells sweeps that the push lives.</summary>
    public static FileLock Create(string quarantine)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            Directory.CreateDirectory(quarantine);
            var held = TryTakeLock(quarantine, TimeSpan.FromSeconds(1));

            // Until the lock is held a sweep takes the directory for abandoned; it moves it away before it removes anything.
            if (held is not null && File.Exists(LockOf(quarantine)))
            {
                Directory.CreateDirectory(Path.Combine(quarantine, "pack"));
                return held;
            }

            held?.Dispose();
        }

        throw new IOException("The quarantine of a push was removed again and again.");
    }

    /// <summary>Removes a quarantine. It changes its name first, so that what a crash leaves of it is known as rubbish.</summary>
    public static void Remove(string quarantine)
    {
        var gone = quarantine + Gone;
        try
        {
            Directory.Move(quarantine, gone);
            Directory.Delete(gone, recursive: true);
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

    /// <summary>Removes the quarantines of silos that died: those whose own lock nobody holds. One sweep at a time.</summary>
    public static void Sweep(RepositoryPaths paths)
    {
        if (!Directory.Exists(paths.Quarantines)) return;
        foreach (var directory in Directory.GetDirectories(paths.Quarantines))
        {
            if (directory.EndsWith(Gone, StringComparison.Ordinal))
            {
                RemoveRest(directory);
                continue;
            }

            using var owner = TryTakeLock(directory, TimeSpan.Zero);
            if (owner is not null) Remove(directory);
        }
    }

    private static void RemoveRest(string gone)
    {
        try
        {
            Directory.Delete(gone, recursive: true);
        }
        catch (IOException)
        {
            // Its owner lives and is removing it.
        }
    }

    /// <summary>Null when another holds it, or when there is no such quarantine any more.</summary>
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
