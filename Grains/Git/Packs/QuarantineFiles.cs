using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Packs;

/// <summary>What is done to quarantine directories under the repository's lock: take over, sweep.</summary>
internal static class QuarantineFiles
{
    private const int MaxAttempts = 10;

    /// <summary>Digits of a pack's name behind those of the push.</summary>
    private const int NameRest = 8;

    /// <summary>The index comes last: git sees a pack from the moment its index is there.</summary>
    private static readonly string[] Order = [".pack", ".rev", ".idx"];

    /// <summary>The lock lies beside the directory and is taken before that is made: whoever sees the directory can tell if it is in use.</summary>
    public static string LockOf(string quarantine) => quarantine + ".lock";

    /// <summary>
    /// Moves the push's pack into the repository, durably, behind a <c>.keep</c> file: the refs do not name its objects yet. It gets a
    /// name that no pack ever had, not that of its content: somebody's <c>git repack</c> may be about to remove one that was sent before.
    /// </summary>
    /// <returns>The pack's path there without ending: for <see cref="Release"/>, once the refs are written or will not be.</returns>
    public static IReadOnlyList<string> TakeOver(RepositoryPaths paths, Guid pushId, IWriteObserver observer)
    {
        var files = Directory.GetFiles(Path.Combine(paths.Quarantine(pushId), "pack"), "pack-*").ToHashSet(StringComparer.Ordinal);
        var indexes = files.Where(static f => f.EndsWith(Order[^1], StringComparison.Ordinal)).ToList();
        var taken = indexes.ConvertAll(index => Target(paths, pushId, index));
        try
        {
            foreach (var (index, target) in indexes.Zip(taken))
            {
                KeepFile.Place(paths, target, KeptBy.Push);
                foreach (var ending in Order)
                {
                    var file = Path.ChangeExtension(index, ending);
                    if (files.Contains(file)) DurableFiles.Rename(file, target + ending);
                }
            }

            observer.Reached(WriteStep.PackRenamed);
            DurableFiles.SyncDirectory(paths.ObjectPacks);
        }
        catch (IOException)
        {
            taken.ForEach(RemoveHalf);
            Release(taken);
            throw;
        }

        observer.Reached(WriteStep.PackDirectorySynced);
        return taken;
    }

    /// <summary>Packs that were taken over are kept by the refs from now on, or are nobody's.</summary>
    /// <returns>False: a mark could not be taken away, and is left to a sweep. The outcome of the push stands.</returns>
    public static bool Release(IReadOnlyList<string> taken)
    {
        try
        {
            // Names of this push alone: whose the marks are needs no look.
            foreach (var pack in taken) File.Delete(pack + KeepFile.Ending);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A move that ended before the index, the last file, left a pack that git does not see; it is given back.</summary>
    private static void RemoveHalf(string target)
    {
        if (File.Exists(target + Order[^1])) return;
        foreach (var ending in Order[..^1]) File.Delete(target + ending);
        File.Delete(target + KeepFile.Ending);
    }

    /// <summary>The place of a push's pack in the repository, without ending: as long as git's names, and the push's own.</summary>
    public static string Target(RepositoryPaths paths, Guid pushId, string index)
    {
        // What a crash left may have any name.
        var name = Path.GetFileNameWithoutExtension(index)["pack-".Length..];
        return Path.Combine(paths.ObjectPacks, $"pack-{pushId:N}{name[..Math.Min(NameRest, name.Length)]}");
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
            if (Guid.TryParseExact(Path.GetFileName(quarantine), "N", out var pushId) && Directory.Exists(packs))
            {
                foreach (var index in Directory.GetFiles(packs, "pack-*.idx")) RemoveHalf(Target(paths, pushId, index));
            }

            Remove(quarantine);
        }
    }
}
