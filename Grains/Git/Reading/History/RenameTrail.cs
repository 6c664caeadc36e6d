using System.Text;
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

    /// <summary>The file that the new one is most like: one that is gone or, as git does it, any other.</summary>
    private byte[]? FindSource(ObjectId old, ObjectId now, CancellationToken cancellationToken)
    {
        var trees = new TreeComparison(handle.Objects, []);
        var gone = trees.Compare(old, now, cancellationToken).Where(static change => change.New is null)
            .Take(limits.MaxChangedFiles).Select(static change => Name(change.Old!)).ToHashSet();
        var changes = trees.Compare(old, null, cancellationToken).Take(limits.MaxChangedFiles)
            .Select(change => gone.Contains(Name(change.Old!)) ? change : change with { Status = FileStatus.Modified, New = change.Old })
            .ToList();
        changes.AddRange(new TreeComparison(handle.Objects, [Path]).Compare(old, now, cancellationToken).Where(change => change.New?.Path.Span.SequenceEqual(Path) == true));
        var settings = new DiffSettings { Moves = MoveDetection.RenamesAndCopies };
        var renames = new RenameDetection(new SimilarityMeter(handle.Objects, limits), settings, limits);
        return renames.Apply(changes, cancellationToken)
            .FirstOrDefault(static change => change.Status is FileStatus.Renamed or FileStatus.Copied)?.Old!.Path.ToArray();
    }

    /// <summary>Of bytes, each of which is a character: equal exactly when the names are.</summary>
    private static string Name(FileVersion file) => Encoding.Latin1.GetString(file.Path.Span);
}
