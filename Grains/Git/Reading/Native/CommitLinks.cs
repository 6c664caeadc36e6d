using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>What the head of a commit object names.</summary>
internal static class CommitLinks
{
    /// <exception cref="MissingObjectException">There is no such commit.</exception>
    public static ObjectId TreeOf(ObjectSource objects, ObjectId commit)
    {
        using var raw = objects.Read(commit);
        return raw.Kind == ObjectKind.Commit && Field(raw.Data, "tree "u8, 0) is { } tree ? tree : throw new MissingObjectException(commit);
    }

    /// <summary>The parents, in their order.</summary>
    /// <exception cref="MissingObjectException">There is no such commit.</exception>
    public static IReadOnlyList<ObjectId> ParentsOf(ObjectSource objects, ObjectId commit)
    {
        using var raw = objects.Read(commit);
        if (raw.Kind != ObjectKind.Commit) throw new MissingObjectException(commit);
        var parents = new List<ObjectId>();
        for (var line = LineLength("tree "u8); Field(raw.Data, "parent "u8, line) is { } parent; line += LineLength("parent "u8)) parents.Add(parent);
        return parents;
    }

    private static int LineLength(ReadOnlySpan<byte> word) => word.Length + HashFormat.Sha1.HexLength() + 1;

    private static ObjectId? Field(ReadOnlySpan<byte> commit, ReadOnlySpan<byte> word, int start)
    {
        if (commit.Length < start + LineLength(word) || !commit[start..].StartsWith(word)) return null;
        return ObjectId.TryParse(commit.Slice(start + word.Length, HashFormat.Sha1.HexLength()), out var id) ? id : null;
    }
}
