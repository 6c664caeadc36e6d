using Granary.Git.Reading;
using Granary.Git.Reading.Trees;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Trees;

/// <summary>Lists folders, as <c>git ls-tree</c> does.</summary>
/// <param name="handle">The repository.</param>
/// <param name="selection">What is wanted.</param>
/// <param name="maxEntries">Of files and of folders that are looked into.</param>
internal sealed class TreeListing(ReadHandle handle, TreeSelection selection, int maxEntries)
{
    private const int PieceEntries = 256;
    private const int PieceBytes = 256 << 10;

    public IEnumerable<TreePiece> List(TreePlace place, CancellationToken cancellationToken)
    {
        var folders = new Stack<Folder>();
        folders.Push(Open(place.Path.IsRoot ? [] : [.. place.Path.Bytes.Span, (byte)'/'], place.Tree));
        var (left, foldersLeft) = (selection.Limit == 0 ? maxEntries : Math.Min(selection.Limit, maxEntries), maxEntries);
        var (piece, bytes, isCut) = (new List<TreeEntry>(), 0, false);
        while (folders.TryPeek(out var folder))
        {
            var entry = folder.Entries;
            if (!entry.MoveNext())
            {
                folders.Pop();
                continue;
            }

            byte[] path = [.. folder.Prefix, .. entry.Name];
            isCut |= path.Length > GitPath.MaxLength;
            if (path.Length > GitPath.MaxLength) continue;
            var goesDown = selection.IsRecursive && entry.IsTree;
            isCut |= goesDown ? foldersLeft-- == 0 : left-- == 0;
            if (isCut && (left < 0 || foldersLeft < 0)) break;
            if (goesDown)
            {
                cancellationToken.ThrowIfCancellationRequested();
                folders.Push(Open([.. path, (byte)'/'], entry.Id));
                continue;
            }

            piece.Add(Entry(path, entry));
            bytes += path.Length;
            if (piece.Count < PieceEntries && bytes < PieceBytes) continue;
            yield return new TreePiece(piece, false);
            (piece, bytes) = ([], 0);
        }

        if (piece.Count > 0 || isCut) yield return new TreePiece(piece, isCut);
    }

    private TreeEntry Entry(byte[] path, TreeCursor entry)
    {
        var kind = TreePath.KindOf(entry.Mode);
        var hasSize = selection.WithSizes && kind is (TreeEntryKind.File or TreeEntryKind.Symlink);
        return new TreeEntry(GitPath.FromBytes(path), entry.Mode, kind, entry.Id, hasSize ? handle.Objects.ReadHeader(entry.Id).Size : 0);
    }

    private Folder Open(byte[] prefix, ObjectId tree)
    {
        using var raw = handle.Read(tree, ObjectKind.Tree);
        return new Folder(prefix, new TreeCursor(raw.Data.ToArray()));
    }

    private sealed record Folder(byte[] Prefix, TreeCursor Entries);
}
