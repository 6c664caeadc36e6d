using Granary.Grains.Git.Packs;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>What a run that was cut off leaves behind. Swept under the lock of housekeeping, so nobody of ours is at work.</summary>
internal static class Leftovers
{
    /// <summary>git's temporary files and locks in the places where only housekeeping, or another program, writes.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="foreignAge">How old a file of another program must be: a git child may outlive its silo for a moment, too.</param>
    public static void Sweep(RepositoryPaths paths, TimeSpan foreignAge)
    {
        RepackingFolder.Remove(paths);
        KeepFile.SweepHousekeeping(paths);
        var info = Path.Combine(paths.Objects, "info");
        RemoveOld(Directory.EnumerateFiles(paths.ObjectPacks, "tmp_*"), foreignAge);
        RemoveOld(Directory.EnumerateFiles(paths.ObjectPacks, "multi-pack-index*.lock"), foreignAge);
        RemoveOld(Directory.EnumerateFiles(paths.ObjectPacks, "*.idx").Where(static f => !File.Exists(Path.ChangeExtension(f, ".pack"))), foreignAge);
        RemoveOld(Directory.EnumerateFiles(info, "commit-graph*.lock"), foreignAge);
        RemoveOld(Directory.EnumerateFiles(info, "tmp_*"), foreignAge);
    }

    private static void RemoveOld(IEnumerable<string> files, TimeSpan age)
    {
        foreach (var file in files.ToList())
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) >= age) File.Delete(file);
        }
    }
}
