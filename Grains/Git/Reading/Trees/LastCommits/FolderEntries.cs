using Granary.Grains.Git.Objects;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Trees.LastCommits;

/// <summary>The entries of a folder, by their place in its tree, beside older forms of the folder.</summary>
internal sealed class FolderEntries
{
    private readonly List<Entry> _entries = [];

    public FolderEntries(ReadOnlyMemory<byte> tree)
    {
        var cursor = new TreeCursor(tree);
        while (cursor.MoveNext()) _entries.Add(new Entry(cursor.Name.ToArray(), cursor.IsTree, cursor.Mode, cursor.Id));
    }

    public int Count => _entries.Count;

    public ReadOnlySpan<byte> NameOf(int entry) => _entries[entry].Name;

    /// <summary>Parts entries into those that another tree has just so, and the others.</summary>
    /// <param name="wanted">In their order.</param>
    /// <param name="other">The other tree.</param>
    /// <param name="same">Entries of <paramref name="wanted"/> with their places there.</param>
    /// <param name="rest">The others.</param>
    public void Split(List<int> wanted, ReadOnlyMemory<byte> other, List<(int Entry, int Place)> same, List<int> rest)
    {
        var cursor = new TreeCursor(other);
        var place = 0;
        cursor.MoveNext();
        foreach (var index in wanted)
        {
            var entry = _entries[index];
            while (!cursor.IsAtEnd && cursor.CompareTo(entry.Name, entry.IsTree) < 0)
            {
                cursor.MoveNext();
                place++;
            }

            if (!cursor.IsAtEnd && cursor.Id == entry.Id && cursor.Mode == entry.Mode && cursor.CompareTo(entry.Name, entry.IsTree) == 0) same.Add((index, place));
            else rest.Add(index);
        }
    }

    private readonly record struct Entry(byte[] Name, bool IsTree, int Mode, ObjectId Id);
}
