using System.Security.Cryptography;
using Granary.Grains.Git.Packs;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>One pack of a repository.</summary>
/// <param name="Name">Without folder and ending: <c>pack-</c> and 40 hexadecimal digits.</param>
/// <param name="Size">Bytes of the pack and its index.</param>
/// <param name="Objects">Objects in it.</param>
/// <param name="KeptBy">Whether it has a <c>.keep</c> file, and whose.</param>
internal sealed record PackFile(string Name, long Size, long Objects, KeptBy KeptBy)
{
    /// <summary>Somebody left a <c>.keep</c> file: it is not ours to replace.</summary>
    public bool IsKept => KeptBy == KeptBy.Another;

    /// <summary>Another program does not take it away, nor has it begun to when it got its mark.</summary>
    public bool IsProtected => KeptBy is KeptBy.Housekeeping or KeptBy.Another;
}

/// <summary>What is in a repository's <c>objects/pack</c>.</summary>
internal static class PackFolder
{
    /// <summary>Of a pack's name behind its beginning, in bytes: as long as git's.</summary>
    private const int NameLength = 20;

    /// <summary>The index goes first and comes last: git sees a pack as long as its index is there, or a multi-pack-index names it.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".pack", ".rev", ".bitmap", ".mtimes", ".idx"];

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
                    Path.GetFileName(stem), pack.Length + new FileInfo(index).Length, PackIndex.CountObjectsOf(index), KeepFile.Of(stem)));
            }
            catch (FileNotFoundException)
            {
                // Removed meanwhile.
            }
        }

        return packs;
    }

    /// <summary>
    /// Moves the files of a pack here, marked as kept first, the index last. It gets a name that no pack ever had, not that of
    /// its content: another program may be about to remove a pack of the same.
    /// </summary>
    /// <returns>The name.</returns>
    public static string Install(RepositoryPaths paths, string from)
    {
        var name = NewName();
        KeepFile.Place(paths, Path.Combine(paths.ObjectPacks, name), KeptBy.Housekeeping);
        foreach (var ending in Endings)
        {
            if (File.Exists(from + ending)) DurableFiles.Rename(from + ending, Path.Combine(paths.ObjectPacks, name + ending));
        }

        return name;
    }

    /// <summary>
    /// Gives a pack that another program may take away at any time a second name, which is marked as kept from the first. Null when the
    /// pack is gone by now.
    /// </summary>
    public static string? Adopt(RepositoryPaths paths, string pack)
    {
        var name = NewName();
        KeepFile.Place(paths, Path.Combine(paths.ObjectPacks, name), KeptBy.Housekeeping);
        foreach (var ending in (string[])[".pack", ".rev", ".idx"])
        {
            if (DurableFiles.TryLinkIfThere(Path.Combine(paths.ObjectPacks, pack + ending), Path.Combine(paths.ObjectPacks, name + ending)) || ending == ".rev") continue;
            Remove(paths, name);
            return null;
        }

        return name;
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

    public static bool Exists(RepositoryPaths paths, string name) => File.Exists(Path.Combine(paths.ObjectPacks, name + ".pack"));

    public static void Remove(RepositoryPaths paths, string name)
    {
        var path = Path.Combine(paths.ObjectPacks, name);
        foreach (var ending in Endings.Reverse()) File.Delete(path + ending);
        KeepFile.Remove(path, KeptBy.Housekeeping);
    }

    private static string NewName() => $"pack-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameLength))}";

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
