using Granary.Repositories;

namespace Granary.Grains.Git.Objects;

/// <summary>What commits and tags point to, read from the lines at their head.</summary>
internal static class ObjectLinks
{
    private const int HexLength = 40;

    /// <exception cref="BeyondBudgetException">It is no commit.</exception>
    public static (ObjectId Tree, IReadOnlyList<ObjectId> Parents) OfCommit(ReadOnlySpan<byte> commit)
    {
        var tree = ReadLine(ref commit, "tree "u8) ?? throw new BeyondBudgetException();
        var parents = new List<ObjectId>();
        while (ReadLine(ref commit, "parent "u8) is { } parent) parents.Add(parent);
        return (tree, parents);
    }

    /// <exception cref="BeyondBudgetException">It is no commit.</exception>
    public static ObjectId TreeOf(ReadOnlySpan<byte> commit) => ReadLine(ref commit, "tree "u8) ?? throw new BeyondBudgetException();

    /// <summary>What a tag names, of whatever type.</summary>
    /// <exception cref="BeyondBudgetException">It is no tag.</exception>
    public static ObjectId TargetOf(ReadOnlySpan<byte> tag) => ReadLine(ref tag, "object "u8) ?? throw new BeyondBudgetException();

    /// <exception cref="BeyondBudgetException">It is no tag.</exception>
    public static (ObjectId Target, ObjectType Type) OfTag(ReadOnlySpan<byte> tag)
    {
        var target = ReadLine(ref tag, "object "u8) ?? throw new BeyondBudgetException();
        foreach (var type in (ReadOnlySpan<ObjectType>)[ObjectType.Commit, ObjectType.Tag])
        {
            if (tag.StartsWith(type == ObjectType.Commit ? "type commit\n"u8 : "type tag\n"u8)) return (target, type);
        }

        throw new BeyondBudgetException();
    }

    private static ObjectId? ReadLine(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        if (!text.StartsWith(name)) return null;
        var line = text[name.Length..];
        if (line.Length <= HexLength || line[HexLength] != '\n' || !ObjectId.TryParse(line[..HexLength], out var id)) throw new BeyondBudgetException();
        text = line[(HexLength + 1)..];
        return id;
    }
}
