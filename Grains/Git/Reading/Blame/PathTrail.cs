using Granary.Git.Reading;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>What a path leads through in the tree of one commit. From one commit to the next most folders stay the same, and are not read again.</summary>
internal sealed class PathTrail
{
    private readonly ReadOnlyMemory<byte>[] _names;
    private readonly ObjectId?[] _folders;

    private PathTrail(GitPath path, PathHash hash, ReadOnlyMemory<byte>[] names)
    {
        Path = path;
        Hash = hash;
        _names = names;
        _folders = new ObjectId?[names.Length];
    }

    public GitPath Path { get; }

    public PathHash Hash { get; }

    /// <summary>What is at the path; null: nothing.</summary>
    public FoundEntry? Entry { get; private set; }

    public static PathTrail Find(ReadHandle handle, ObjectId root, GitPath path)
    {
        var names = new List<ReadOnlyMemory<byte>>();
        foreach (var name in path.Bytes.Span.Split((byte)'/')) names.Add(path.Bytes[name]);
        var trail = new PathTrail(path, new PathHash(path.Bytes.Span), [.. names]);
        trail.Follow(handle, root, null);
        return trail;
    }

    /// <summary>The same path in another tree.</summary>
    public PathTrail In(ReadHandle handle, ObjectId root)
    {
        if (root == _folders[0]) return this;
        var trail = new PathTrail(Path, Hash, _names);
        trail.Follow(handle, root, this);
        return trail;
    }

    private void Follow(ReadHandle handle, ObjectId root, PathTrail? near)
    {
        ObjectId? folder = root;
        for (var step = 0; step < _names.Length && folder is { } tree; step++)
        {
            if (near is not null && near._folders[step] == tree)
            {
                near._folders.AsSpan(step).CopyTo(_folders.AsSpan(step));
                Entry = near.Entry;
                return;
            }

            _folders[step] = tree;
            using var raw = handle.Read(tree, ObjectKind.Tree);
            var entry = TreePath.FindIn(raw.Data, _names[step].Span);
            folder = entry is { Kind: TreeEntryKind.Tree } next ? next.Id : null;
            if (step == _names.Length - 1) Entry = entry;
        }
    }
}
