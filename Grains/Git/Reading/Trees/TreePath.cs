using Granary.Git.Reading;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Trees;

/// <param name="Mode">As git counts.</param>
/// <param name="Id">Of the blob, tree or, for a submodule, the commit.</param>
internal readonly record struct FoundEntry(int Mode, ObjectId Id)
{
    public TreeEntryKind Kind => TreePath.KindOf(Mode);
}

/// <summary>Goes down from a tree by a path.</summary>
internal static class TreePath
{
    /// <summary>What is at the path; null: nothing. The empty path is the tree itself.</summary>
    public static FoundEntry? Find(ReadHandle handle, ObjectId root, ReadOnlySpan<byte> path)
    {
        var entry = new FoundEntry(0x4000, root);
        while (!path.IsEmpty)
        {
            if (entry.Kind != TreeEntryKind.Tree) return null;
            var slash = path.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            using var raw = handle.Read(entry.Id, ObjectKind.Tree);
            if (FindIn(raw.Data, name) is not { } next) return null;
            entry = next;
        }

        return entry;
    }

    public static TreeEntryKind KindOf(int mode) => (mode & 0xf000) switch
    {
        0x4000 => TreeEntryKind.Tree,
        0xe000 => TreeEntryKind.Submodule,
        0xa000 => TreeEntryKind.Symlink,
        _ => TreeEntryKind.File,
    };

    public static FoundEntry? FindIn(ReadOnlySpan<byte> tree, ReadOnlySpan<byte> name)
    {
        const int idLength = 20;
        while (!tree.IsEmpty)
        {
            var space = tree.IndexOf((byte)' ');
            var end = tree.IndexOf((byte)0);
            if (space < 0 || end < space || tree.Length < end + 1 + idLength) throw new BeyondBudgetException();
            if (tree[(space + 1)..end].SequenceEqual(name))
            {
                var mode = 0;
                foreach (var digit in tree[..space]) mode = (mode << 3) | (digit & 7);
                return new FoundEntry(mode, ObjectId.FromBytes(HashFormat.Sha1, tree.Slice(end + 1, idLength)));
            }

            tree = tree[(end + 1 + idLength)..];
        }

        return null;
    }
}
