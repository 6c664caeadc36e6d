using Granary.Grains.Git.Packs;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>One pack of a repository.</summary>
/// <param name="Name">Without folder and ending: <c>pack-</c> and the hash of its content.</param>
/// <param name="Size">Bytes of the pack and its index.</param>
/// <param name="Objects">Objects in it.</param>
/// <param name="IsKept">Somebody left a <c>.keep</c> file: it is not ours to replace.</param>
internal sealed record PackFile(string Name, long Size, long Objects, bool IsKept);

/// <summary>What is in a repository's <c>objects/pack</c>.</summary>
internal static class PackFolder
{
    public const string MultiPackIndex = "multi-pack-index";

    /// <summary>The index goes first and comes last: git sees a pack as long as its index is there, or a multi-pack-index names it.</summary>
    private static readonly string[] Endings = [".pack", ".rev", ".bitmap", ".mtimes", ".idx"];

    public static List<PackFile> List(RepositoryPaths paths)
    {
        var packs = new List<PackFile>();
        foreach (var index in Directory.EnumerateFiles(paths.ObjectPacks, "pack-*.idx"))
        {
            var stem = index[..^".idx".Length];
            try
            {
                // An index without its pack is the rest of a removal; git passes it over too.
                var pack = new FileInfo(stem + ".pack");
                if (!pack.Exists) continue;
                packs.Add(new PackFile(
                    Path.GetFileName(stem), pack.Length + new FileInfo(index).Length, PackIndex.CountObjectsOf(index), File.Exists(stem + ".keep")));
            }
            catch (FileNotFoundException)
            {
                // Removed meanwhile.
            }
        }

        return packs;
    }

    /// <summary>Moves the files of a pack here, the index last.</summary>
    public static void Install(RepositoryPaths paths, string from, string name)
    {
        foreach (var ending in Endings)
        {
            if (File.Exists(from + ending)) Posix.DurableFiles.Rename(from + ending, Path.Combine(paths.ObjectPacks, name + ending));
        }
    }

    /// <summary>
    /// Takes away the index alone: a git process that begins now does not see the pack, one that has read the index can still open it.
    /// </summary>
    public static void Hide(RepositoryPaths paths, string name)
    {
        var index = IndexOf(paths, name);
        if (!File.Exists(index)) return;

        // A pack without index that is old counts as left by a crash (Git.Leftovers): its time begins now.
        File.SetLastWriteTimeUtc(Path.ChangeExtension(index, ".pack"), DateTime.UtcNow);
        File.Delete(index);
    }

    public static string IndexOf(RepositoryPaths paths, string name) => Path.Combine(paths.ObjectPacks, name + ".idx");

    public static void Remove(RepositoryPaths paths, string name)
    {
        foreach (var ending in Endings.Reverse()) File.Delete(Path.Combine(paths.ObjectPacks, name + ending));
    }

    public static bool HasBitmap(RepositoryPaths paths) => Directory.EnumerateFiles(paths.ObjectPacks, "*.bitmap").Any();

    public static bool HasCommitGraph(RepositoryPaths paths) => File.Exists(CommitGraph(paths));

    public static string CommitGraph(RepositoryPaths paths) => Path.Combine(paths.Objects, "info", "commit-graph");

    public static IEnumerable<string> LooseObjects(RepositoryPaths paths) => Directory.EnumerateDirectories(paths.Objects)
        .Where(static folder => Path.GetFileName(folder) is [var a, var b] && char.IsAsciiHexDigitLower(a) && char.IsAsciiHexDigitLower(b))
        .SelectMany(static folder => Directory.EnumerateFiles(folder))
        .Where(static file => Path.GetFileName(file).All(char.IsAsciiHexDigitLower));

    /// <summary>Everything under <c>objects</c>, in bytes.</summary>
    public static long SizeOnDisk(RepositoryPaths paths)
    {
        var total = 0L;
        foreach (var file in new DirectoryInfo(paths.Objects).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            try
            {
                total += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Removed meanwhile.
            }
        }

        return total;
    }
}
