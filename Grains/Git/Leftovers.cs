namespace Granary.Grains.Git;

/// <summary>
/// Files that programs leave in a repository when they are killed. They are removed under the repository's lock once they are
/// old enough to belong to nobody: a living git works on its own for minutes. Packs marked with <c>.keep</c> stay: somebody
/// may have meant it.
/// </summary>
internal static class Leftovers
{
    private static readonly string[] LockFolders = ["refs", Path.Combine("objects", "info"), Path.Combine("objects", "pack")];

    /// <summary>What git makes below <c>objects</c> before it knows an object's or a pack's name.</summary>
    private static readonly string[] Temporary = ["tmp_*", ".tmp-*", "incoming-*"];

    /// <returns>How many were removed.</returns>
    public static int Sweep(RepositoryPaths paths, DateTime olderThan)
    {
        var found = Directory.EnumerateFiles(paths.Root, "*.lock")
            .Concat(LockFolders.SelectMany(folder => Files(Path.Combine(paths.Root, folder), "*.lock", SearchOption.AllDirectories)))
            .Concat(Temporary.SelectMany(pattern => Files(paths.ObjectPacks, pattern)))
            .Concat(PacksWithoutIndex(paths.ObjectPacks))
            .Concat(Directory.EnumerateDirectories(paths.Objects, "??").SelectMany(static folder => Files(folder, "tmp_obj_*")))
            .Concat(Temporary.SelectMany(pattern => Directory.EnumerateDirectories(paths.Objects, pattern)));
        var removed = 0;
        foreach (var path in found.ToList())
        {
            if (File.GetLastWriteTimeUtc(path) > olderThan) continue;
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
            removed++;
        }

        return removed;
    }

    /// <summary>git puts the index in place last, and sees no pack without it.</summary>
    private static IEnumerable<string> PacksWithoutIndex(string folder) =>
        Files(folder, "pack-*.pack").Where(static pack => !File.Exists(Path.ChangeExtension(pack, ".idx")));

    private static IEnumerable<string> Files(string folder, string pattern, SearchOption option = SearchOption.TopDirectoryOnly) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern, option) : [];
}
