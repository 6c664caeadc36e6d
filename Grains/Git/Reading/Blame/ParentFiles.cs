using Granary.Git.Reading;
using Granary.Grains.Git.Reading.History.Graph;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>
/// Finds what a file was in the parents of a commit, by git's rules: a parent that has it unchanged is the only one that counts, and the
/// file is looked for under other names only where no parent has it so.
/// </summary>
internal sealed class ParentFiles(CommitNodes nodes, RenameLookup renames)
{
    private const int TypeBits = 0xf000;

    /// <summary>Whether the last look may have missed a file because of a limit.</summary>
    public bool IsLimited { get; private set; }

    /// <param name="origin">The file, in a commit that is loaded.</param>
    /// <param name="known">Files that lines were handed on to already.</param>
    /// <param name="cancellationToken">Looked at in long searches.</param>
    /// <returns>In the order of the parents, those that differ; or the one that has the file as it is.</returns>
    public IReadOnlyList<BlameOrigin> Find(
        BlameOrigin origin, Dictionary<CommitNode, List<BlameOrigin>> known, CancellationToken cancellationToken)
    {
        IsLimited = false;
        var parents = origin.Node.Parents;
        var (found, without) = (new BlameOrigin?[parents.Length], new List<int>());
        for (var i = 0; i < parents.Length; i++)
        {
            var parent = nodes.Load(parents[i]);
            var trail = Known(known, parent, origin.Path)?.Trail
                ?? (i == 0 && !nodes.MayHaveChanged(origin.Node, origin.Trail.Hash) ? origin.Trail : origin.Trail.In(nodes.Handle, parent.Tree));
            if (trail.Entry is null or { Kind: TreeEntryKind.Tree }) without.Add(i);
            if (trail.Entry is not { } file || (file.Mode & TypeBits) != (origin.File.Mode & TypeBits)) continue;
            found[i] = Known(known, parent, origin.Path) ?? new BlameOrigin(parent, trail, file);
            if (file.Id == origin.File.Id) return [found[i]!];
        }

        foreach (var i in without)
        {
            var parent = parents[i];
            if (renames.Find(parent.Tree, origin.Node.Tree, origin.Path, cancellationToken) is not { } path)
            {
                IsLimited |= renames.IsLimited;
                continue;
            }

            var trail = PathTrail.Find(nodes.Handle, parent.Tree, path);
            found[i] = Known(known, parent, path) ?? new BlameOrigin(parent, trail, trail.Entry!.Value);
            if (found[i]!.File.Id == origin.File.Id) return [found[i]!];
        }

        return [.. found.OfType<BlameOrigin>().DistinctBy(static file => file.File.Id)];
    }

    private static BlameOrigin? Known(Dictionary<CommitNode, List<BlameOrigin>> known, CommitNode parent, GitPath path) =>
        known.TryGetValue(parent, out var origins) ? origins.Find(origin => origin.Path.Equals(path)) : null;
}
