namespace Granary.Grains.Git;

/// <summary>
/// Files that programs leave in a repository when they are killed. They are removed under the repository's lock once they are
/// old enough to belong to nobody. Packs marked with <c>.keep</c> stay: somebody may have meant it.
/// </summary>
internal static class Leftovers
{
    /// <summary>A repack has its packs ready and works on bitmaps, for hours if it must, before it gives them their names.</summary>
    public static TimeSpan ObjectAge { get; } = TimeSpan.FromDays(1);

    /// <summary>What git makes below <c>objects</c> before it knows an object's or a pack's name.</summary>
    private static readonly string[] Temporary = ["tmp_*", ".tmp-*", "incoming-*", "*.lock"];

    /// <param name="paths">The repository.</param>
    /// <param name="now">The time.</param>
    /// <param name="lockAge">How old a lock of refs, HEAD or configuration must be.</param>
    public static void Sweep(RepositoryPaths paths, DateTime now, TimeSpan lockAge)
    {
        var locks = Directory.EnumerateFiles(paths.Root, "*.lock")
            .Concat(Directory.EnumerateFiles(paths.LooseRefs, "*.lock", SearchOption.AllDirectories));
        Remove(locks, now - lockAge);

        var objects = Temporary.SelectMany(pattern => Directory.EnumerateFiles(paths.ObjectPacks, pattern))
            .Concat(Temporary.SelectMany(pattern => Directory.EnumerateDirectories(paths.Objects, pattern)))
            .Concat(Directory.EnumerateDirectories(paths.Objects, "info").SelectMany(static folder => Directory.EnumerateFiles(folder, "*.lock")))
            .Concat(Directory.EnumerateDirectories(paths.Objects, "??").SelectMany(static folder => Directory.EnumerateFiles(folder, "tmp_obj_*")))
            .Concat(PacksWithoutIndex(paths.ObjectPacks));
        Remove(objects, now - ObjectAge);
    }

    /// <summary>git puts the index in place last, and sees no pack without it.</summary>
    private static IEnumerable<string> PacksWithoutIndex(string folder) =>
        Directory.EnumerateFiles(folder, "pack-*.pack").Where(static pack => !File.Exists(Path.ChangeExtension(pack, ".idx")));

    private static void Remove(IEnumerable<string> found, DateTime olderThan)
    {
        foreach (var path in found.Where(path => File.GetLastWriteTimeUtc(path) <= olderThan).ToList())
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
    }
}
