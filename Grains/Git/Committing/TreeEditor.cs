using System.Text;
using Granary.Git.Committing;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Committing;

/// <summary>The files of a commit while they are changed; only the folders on the way to a change are read and written.</summary>
internal sealed class TreeEditor
{
    private readonly ObjectSource _objects;
    private readonly TreeFolder _root;

    /// <param name="objects">Where the trees are.</param>
    /// <param name="root">The tree to change; null: an empty one.</param>
    public TreeEditor(ObjectSource objects, ObjectId? root)
    {
        _objects = objects;
        _root = root is { } tree ? Load(tree) : new TreeFolder();
    }

    public TreeItem? Find(TreePath path)
    {
        var folder = _root;
        var parts = PartsOf(path);
        foreach (var part in parts[..^1])
        {
            if (folder.Find(part) is not { IsFolder: true } item) return null;
            folder = Open(item);
        }

        return folder.Find(parts[^1]);
    }

    /// <summary>Puts an entry where none of another sort is in its way.</summary>
    /// <returns>Why not; null: done.</returns>
    public Refusal? Put(TreePath path, TreeItem item)
    {
        var folder = _root;
        var parts = PartsOf(path);
        foreach (var part in parts[..^1])
        {
            var next = folder.Find(part);
            if (next is null) folder.Set(part, next = new TreeItem(TreeItem.FolderMode, default) { Folder = new TreeFolder() });
            if (!next.IsFolder) return new Refusal(RefusalKind.FailedPrecondition, $"'{path}' cannot be made: a part of the path is a file.");
            folder = Open(next);
        }

        if (folder.Find(parts[^1]) is { IsFolder: true }) return new Refusal(RefusalKind.FailedPrecondition, $"'{path}' is a folder.");
        folder.Set(parts[^1], item);
        return null;
    }

    /// <summary>Removes what is there, and the folders that are empty without it.</summary>
    public void Remove(TreePath path) => Remove(_root, PartsOf(path));

    /// <summary>The tree with all changed folders, added to the pack.</summary>
    public ObjectId Write(PackBody pack) => Write(_root, pack);

    private void Remove(TreeFolder folder, ReadOnlySpan<string> parts)
    {
        if (parts.Length > 1)
        {
            if (folder.Find(parts[0]) is not { IsFolder: true } item) return;
            Remove(Open(item), parts[1..]);
            if (!Open(item).IsEmpty) return;
        }

        folder.Remove(parts[0]);
    }

    private static ObjectId Write(TreeFolder folder, PackBody pack)
    {
        foreach (var (name, item) in folder.Items.Where(static pair => pair.Value.Folder is not null).ToList())
            folder.Set(name, new TreeItem(item.Mode, Write(item.Folder!, pack)));
        return pack.Add(ObjectKind.Tree, folder.ToBytes().Span);
    }

    private TreeFolder Open(TreeItem item) => item.Folder ??= Load(item.Id);

    private TreeFolder Load(ObjectId id)
    {
        using var raw = _objects.Read(id);
        return new TreeFolder(new TreeCursor(raw.Data.ToArray()));
    }

    private static string[] PartsOf(TreePath path) => Encoding.Latin1.GetString(path.Bytes.Span).Split('/');
}
