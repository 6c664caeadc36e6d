using Granary.Grains.Git.Objects;
using Granary.Repositories;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>The loose objects that packs have made superfluous.</summary>
internal static class LooseObjects
{
    /// <summary>
    /// Removes those that are in packs which nobody takes away. Not those that are in any pack, as <c>git prune-packed</c> does: somebody's
    /// <c>git repack -A</c> unpacks what it needs when it then removes the pack.
    /// </summary>
    /// <param name="paths">The repository.</param>
    /// <param name="packs">Paths of indexes.</param>
    public static bool RemovePacked(RepositoryPaths paths, IEnumerable<string> packs)
    {
        var opened = new List<PackIndexLookup>();
        try
        {
            foreach (var path in packs) opened.Add(new PackIndexLookup(path));
            var removed = false;
            foreach (var file in PackFolder.LooseObjects(paths).ToList())
            {
                var name = Path.GetFileName(Path.GetDirectoryName(file)!) + Path.GetFileName(file);
                if (!ObjectId.TryParse(name, out var id) || !opened.Exists(p => p.Find(id) >= 0)) continue;
                File.Delete(file);
                removed = true;
            }

            return removed;
        }
        catch (BeyondBudgetException fault)
        {
            throw new IOException("The index of a pack is damaged.", fault);
        }
        finally
        {
            opened.ForEach(static p => p.Dispose());
        }
    }
}
