using Granary.Git.Reading;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Search.Paths;

/// <summary>Goes through the files of a folder and all below it, in git's order.</summary>
/// <param name="handle">The repository.</param>
/// <param name="filter">Which are wanted; folders without such are not looked into.</param>
/// <param name="maxEntries">Files and folders that are looked at.</param>
internal sealed class FileWalk(ReadHandle handle, PathFilter filter, int maxEntries)
{
    /// <summary>Whether there are more entries than are looked at, or paths that are longer than any that can be checked out.</summary>
    public bool IsCut { get; private set; }

    /// <returns>For each entry that was looked at the file, or null when it is none that is wanted.</returns>
    public IEnumerable<WalkedFile?> Run(GitPath path, FoundEntry start)
    {
        if (start.Kind != TreeEntryKind.Tree)
        {
            if (start.Kind == TreeEntryKind.File && filter.Matches(path.Bytes.Span)) yield return new WalkedFile(path.Bytes, start.Mode, start.Id);
            yield break;
        }

        var left = maxEntries;
        var folders = new Stack<Folder>();
        folders.Push(Open(path.IsRoot ? [] : [.. path.Bytes.Span, (byte)'/'], start.Id));
        while (folders.TryPeek(out var folder))
        {
            var entry = folder.Entries;
            if (!entry.MoveNext())
            {
                folders.Pop();
                continue;
            }

            IsCut |= left-- == 0;
            if (left < 0) yield break;
            byte[] at = [.. folder.Prefix, .. entry.Name];
            IsCut |= at.Length > GitPath.MaxLength;
            if (at.Length <= GitPath.MaxLength) yield return Look(at, entry, folders);
        }
    }

    private WalkedFile? Look(byte[] path, TreeCursor entry, Stack<Folder> folders)
    {
        if (!entry.IsTree) return TreePath.KindOf(entry.Mode) == TreeEntryKind.File && filter.Matches(path) ? new WalkedFile(path, entry.Mode, entry.Id) : null;
        byte[] prefix = [.. path, (byte)'/'];
        if (filter.MayMatchBelow(prefix)) folders.Push(Open(prefix, entry.Id));
        return null;
    }

    private Folder Open(byte[] prefix, ObjectId tree)
    {
        using var raw = handle.Read(tree, ObjectKind.Tree);
        return new Folder(prefix, new TreeCursor(raw.Data.ToArray()));
    }

    private sealed record Folder(byte[] Prefix, TreeCursor Entries);
}

/// <param name="Path">From the root.</param>
/// <param name="Mode">As git counts.</param>
/// <param name="Id">Of the blob.</param>
internal sealed record WalkedFile(ReadOnlyMemory<byte> Path, int Mode, ObjectId Id);
