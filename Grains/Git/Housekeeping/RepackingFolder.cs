using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// The repository in which git makes new packs: second names of the files of ours. Nothing that others do meanwhile takes an
/// object away or brings a ref whose objects it does not have, and our own <c>.keep</c> files, which are not to keep us off, are left out.
/// </summary>
internal static class RepackingFolder
{
    private const int MaxAttempts = 10;

    public static RepositoryPaths Of(RepositoryPaths paths) => new(paths.Repacking, "");

    /// <summary>Refs before objects: what they name is there. Then loose objects before packs: those are packed, not unpacked.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="list">Lists the packs to have.</param>
    /// <returns>The packs.</returns>
    public static List<PackFile> Make(RepositoryPaths paths, Func<List<PackFile>> list)
    {
        var folder = Of(paths);
        foreach (var directory in (string[])[folder.ObjectPacks, Path.Combine(folder.Objects, "info"), folder.LooseRefs]) Directory.CreateDirectory(directory);
        foreach (var name in (string[])["HEAD", "packed-refs", "shallow", "objects/info/commit-graph", .. RefStore.LooseRefs(paths)])
            TryLink(paths.Root, folder.Root, name);
        foreach (var path in PackFolder.LooseObjects(paths)) TryLink(paths.Root, folder.Root, Path.GetRelativePath(paths.Root, path));
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // One that somebody takes away meanwhile has left its objects in another one.
            var packs = list();
            if (packs.TrueForAll(p => TryLinkPack(paths, folder, p))) return packs;
        }

        throw new IOException("Another program keeps taking packs away.");
    }

    public static bool Remove(RepositoryPaths paths)
    {
        if (!Directory.Exists(paths.Repacking)) return false;
        Directory.Delete(paths.Repacking, recursive: true);
        return true;
    }

    private static bool TryLinkPack(RepositoryPaths paths, RepositoryPaths folder, PackFile pack)
    {
        if (pack.IsKept) TryLink(paths.ObjectPacks, folder.ObjectPacks, pack.Name + KeepFile.Ending);
        foreach (var ending in PackFolder.Endings)
        {
            if (!TryLink(paths.ObjectPacks, folder.ObjectPacks, pack.Name + ending) && ending is ".pack" or ".idx") return false;
        }

        return true;
    }

    /// <returns>False: the file is gone by now. Of a ref or a loose object that has its reason: it was packed, or removed.</returns>
    private static bool TryLink(string from, string to, string name)
    {
        var path = Path.Combine(to, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return DurableFiles.TryLinkIfThere(Path.Combine(from, name), path);
    }
}
