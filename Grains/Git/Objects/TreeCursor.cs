using Granary.Repositories;

namespace Granary.Grains.Git.Objects;

/// <summary>Goes through what a tree names, in its order: entries <c>mode SP name NUL id</c>.</summary>
internal sealed class TreeCursor(ReadOnlyMemory<byte> tree)
{
    private const int IdLength = 20;

    private int _next;
    private Range _name;

    public ReadOnlySpan<byte> Name => tree.Span[_name];

    /// <summary>What the entry is and who may run it, as git counts: 0100644 and so on.</summary>
    public int Mode { get; private set; }

    public bool IsTree { get; private set; }

    /// <summary>A commit of another repository, which is not in this one.</summary>
    public bool IsSubmodule { get; private set; }

    public ObjectId Id { get; private set; }

    public bool IsAtEnd { get; private set; }

    /// <exception cref="BeyondBudgetException">It is no tree.</exception>
    public bool MoveNext()
    {
        var rest = tree.Span[_next..];
        IsAtEnd = rest.IsEmpty;
        if (IsAtEnd) return false;
        var space = rest.IndexOf((byte)' ');
        var end = rest.IndexOf((byte)0);
        if (space < 0 || end < space || rest.Length < end + 1 + IdLength) throw new BeyondBudgetException();
        var mode = rest[..space].TrimStart((byte)'0');
        Mode = OctalOf(mode);
        IsTree = mode.SequenceEqual("40000"u8);
        IsSubmodule = mode.SequenceEqual("160000"u8);
        Id = ObjectId.FromBytes(HashFormat.Sha1, rest.Slice(end + 1, IdLength));
        _name = (_next + space + 1)..(_next + end);
        _next += end + 1 + IdLength;
        return true;
    }

    /// <summary>Moves to the entry of the same name and kind, if there is one; entries are asked for in their order.</summary>
    public bool MoveTo(TreeCursor other)
    {
        if (_next == 0) MoveNext();
        while (!IsAtEnd && CompareTo(other) < 0) MoveNext();
        return !IsAtEnd && CompareTo(other) == 0;
    }

    public int CompareTo(TreeCursor other) => CompareTo(other.Name, other.IsTree);

    /// <summary>Names are in the order of their bytes, those of trees as if they ended in a slash.</summary>
    public int CompareTo(ReadOnlySpan<byte> name, bool isTree)
    {
        var common = Math.Min(Name.Length, name.Length);
        var order = Name[..common].SequenceCompareTo(name[..common]);
        return order != 0 ? order : Following(Name, IsTree, common) - Following(name, isTree, common);
    }

    private static int OctalOf(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits) value = (value << 3) | (digit & 7);
        return value;
    }

    private static int Following(ReadOnlySpan<byte> name, bool isTree, int position) =>
        position < name.Length ? name[position] : isTree ? '/' : 0;
}
