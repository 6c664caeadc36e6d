using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>
/// A path as <c>git log --follow</c> sees it: one for the whole walk, which changes to the older name where the file was renamed. Merges
/// are not looked at, unless only first parents are followed.
/// </summary>
internal sealed class RenameTrail(ReadHandle handle, byte[] path, bool firstParentOnly, DiffLimits limits)
{
    /// <summary>What the file is called in the commits that come next.</summary>
    public byte[] Path { get; private set; } = path;

    /// <summary>Whether the commit changed the file.</summary>
    public bool Matches(CommitNode node, CommitNodes nodes, CancellationToken cancellationToken)
    {
        if (node.Parents.Length > 1 && !firstParentOnly) return false;
        var old = node.Parents.Length == 0 ? (ObjectId?)null : nodes.Load(node.Parents[0]).Tree;
        if (old == node.Tree) return false;
        var (before, now) = (old is { } tree ? TreePath.Find(handle, tree, Path) : null, TreePath.Find(handle, node.Tree, Path));
        if (before == now) return false;
        if (before is null && old is { } parent) Path = FindSource(parent, node.Tree, cancellationToken) ?? Path;
        return true;
    }

    private byte[]? FindSource(ObjectId old, ObjectId now, CancellationToken cancellationToken)
    {
        var changes = new TreeComparison(handle.Objects, []).Compare(old, now, cancellationToken)
            .Where(change => change.New is null || (change.Old is null && change.New.Path.Span.SequenceEqual(Path)))
            .Take(limits.MaxChangedFiles)
            .ToList();
        var settings = new DiffSettings { Moves = MoveDetection.Renames };
        var renames = new RenameDetection(new SimilarityMeter(handle.Objects, limits), settings, limits);
        return renames.Apply(changes, cancellationToken).FirstOrDefault(static change => change.Status == FileStatus.Renamed)?.Old!.Path.ToArray();
    }
}
