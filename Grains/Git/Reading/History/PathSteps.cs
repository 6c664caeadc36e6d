using Granary.Git.Reading;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>
/// Whether two commits have the same at a path. It is followed in both trees at once, and where they have the same folder, it ends;
/// each folder of a commit is looked into once in a walk.
/// </summary>
internal sealed class PathSteps
{
    private readonly ReadHandle _handle;
    private readonly ReadOnlyMemory<byte>[] _names;

    public PathSteps(ReadHandle handle, GitPath path)
    {
        _handle = handle;
        var names = new List<ReadOnlyMemory<byte>>();
        foreach (var name in path.Bytes.Span.Split((byte)'/')) names.Add(path.Bytes[name]);
        _names = [.. names];
        Hash = new PathHash(path.Bytes.Span);
    }

    public PathHash Hash { get; }

    public bool Has(CommitNode node)
    {
        FoundEntry? entry = null;
        for (var step = 0; step < _names.Length; step++)
        {
            entry = EntryAt(node, step);
            if (entry is null) return false;
        }

        return entry is not null;
    }

    public bool AreSame(CommitNode one, CommitNode other)
    {
        if (one.Tree == other.Tree) return true;
        for (var step = 0; step < _names.Length; step++)
        {
            var (mine, its) = (EntryAt(one, step), EntryAt(other, step));
            if (mine == its) return true;

            // At the end it is another thing; before it, nothing is there unless there is a folder.
            if (step == _names.Length - 1) return false;
            if (mine?.Kind != TreeEntryKind.Tree && its?.Kind != TreeEntryKind.Tree) return true;
        }

        return true;
    }

    private FoundEntry? EntryAt(CommitNode node, int step)
    {
        node.Steps ??= [];
        if (node.Steps.Count > step) return node.Steps[step];
        var folder = step == 0 ? node.Tree : node.Steps[step - 1] is { Kind: TreeEntryKind.Tree } found ? found.Id : (ObjectId?)null;
        FoundEntry? entry = null;
        if (folder is { } tree)
        {
            using var raw = _handle.Objects.Read(tree);
            if (raw.Kind != ObjectKind.Tree) throw new BeyondBudgetException();
            entry = TreePath.FindIn(raw.Data, _names[step].Span);
        }

        node.Steps.Add(entry);
        return entry;
    }
}
