using Granary.Grains.Git.Objects;
using Granary.Repositories;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>Whether what some packs hold is in others too, by their indexes: the proof that a pack may go.</summary>
internal static class PackContainment
{
    private const int IdLength = 20;

    /// <summary>The first object found of those that none of the others holds; null when they hold all.</summary>
    /// <param name="packs">Paths of indexes.</param>
    /// <param name="made">Path of the index of the pack that is to take their place; null when nothing was left for it.</param>
    /// <param name="others">Paths of indexes of packs that stay.</param>
    /// <exception cref="IOException">An index is damaged or gone.</exception>
    public static ObjectId? FindMissing(IEnumerable<string> packs, string? made, IEnumerable<string> others)
    {
        var opened = new List<PackIndexLookup>();
        try
        {
            var replaced = Open(packs);
            var replacing = made is null ? null : Open([made])[0];
            var staying = Open(others);
            for (var first = 0; first <= byte.MaxValue; first++)
            {
                var held = replacing is null ? default : replacing.IdsOf((byte)first);
                foreach (var pack in replaced)
                {
                    if (FindMissing(pack.IdsOf((byte)first), held, staying) is { } missing) return missing;
                }
            }

            return null;
        }
        catch (BeyondBudgetException fault)
        {
            throw new IOException("The index of a pack is damaged.", fault);
        }
        finally
        {
            opened.ForEach(static p => p.Dispose());
        }

        List<PackIndexLookup> Open(IEnumerable<string> paths)
        {
            var first = opened.Count;
            foreach (var path in paths) opened.Add(new PackIndexLookup(path));
            return opened[first..];
        }
    }

    /// <summary>Both runs of ids are sorted, so that each is read once.</summary>
    private static ObjectId? FindMissing(ReadOnlyMemory<byte> ids, ReadOnlyMemory<byte> held, List<PackIndexLookup> staying)
    {
        for (int i = 0, j = 0; i < ids.Length; i += IdLength)
        {
            var id = ids.Span.Slice(i, IdLength);
            while (j < held.Length && held.Span.Slice(j, IdLength).SequenceCompareTo(id) < 0) j += IdLength;
            if (j < held.Length && held.Span.Slice(j, IdLength).SequenceEqual(id)) continue;
            var sought = ObjectId.FromBytes(HashFormat.Sha1, id);
            if (!staying.Exists(p => p.Find(sought) >= 0)) return sought;
        }

        return null;
    }
}
