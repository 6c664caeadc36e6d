using System.Buffers;
using System.Text;
using Granary.Grains.Git.Objects;
using Granary.Repositories;

namespace Granary.Grains.Git.Committing;

/// <summary>An entry of a tree that is being changed. A folder is loaded when something in it is looked at.</summary>
internal sealed class TreeItem(int mode, ObjectId id)
{
    public const int FolderMode = 0x4000;
    public const int RegularMode = 0x81A4;
    public const int ExecutableMode = 0x81ED;
    public const int SymlinkMode = 0xA000;
    public const int SubmoduleMode = 0xE000;

    public int Mode { get; } = mode;

    public ObjectId Id { get; } = id;

    /// <summary>What is in it once that was looked at; null: as its id says.</summary>
    public TreeFolder? Folder { get; set; }

    public bool IsFolder => Mode == FolderMode;
}

/// <summary>The entries of one tree that is being changed. Names are bytes, each of which is a character here.</summary>
internal sealed class TreeFolder
{
    private readonly Dictionary<string, TreeItem> _items = [];

    public TreeFolder()
    {
    }

    public TreeFolder(TreeCursor tree)
    {
        while (tree.MoveNext()) _items[Encoding.Latin1.GetString(tree.Name)] = new TreeItem(tree.Mode, tree.Id);
    }

    public bool IsEmpty => _items.Count == 0;

    public IEnumerable<KeyValuePair<string, TreeItem>> Items => _items;

    public TreeItem? Find(string name) => _items.GetValueOrDefault(name);

    public void Set(string name, TreeItem item) => _items[name] = item;

    public void Remove(string name) => _items.Remove(name);

    /// <summary>As a tree object: sorted by name, folders as if their names ended in a slash.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var tree = new ArrayBufferWriter<byte>();
        foreach (var (name, item) in _items.OrderBy(static pair => pair.Key + (pair.Value.IsFolder ? "/" : "\0"), StringComparer.Ordinal))
        {
            tree.Write(Encoding.Latin1.GetBytes($"{Convert.ToString(item.Mode, 8)} {name}\0"));
            tree.Advance(item.Id.CopyTo(tree.GetSpan(32)));
        }

        return tree.WrittenMemory;
    }
}
