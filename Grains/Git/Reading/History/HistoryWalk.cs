using Granary.Grains.Git.Reading.History.Graph;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>
/// Commits in the order of <c>git log</c>: the latest of those whose turn it may be. A path simplifies the history on the way, as
/// git-log(1) says under "Default mode": of a merge only a parent is followed that has the same at the path.
/// </summary>
internal sealed class HistoryWalk(CommitNodes nodes, WalkRange range, bool firstParentOnly, long? since, PathSteps? path)
{
    /// <summary>As git has it: commits that are looked at further after all that wait are excluded, in case that clocks were wrong.</summary>
    private const int Slop = 5;

    private readonly DateQueue _queue = new();

    /// <summary>All commits of the range; those that are <see cref="WalkMarks.Unchanged"/> are there only for the order.</summary>
    public IEnumerable<CommitNode> Run(CancellationToken cancellationToken)
    {
        foreach (var bottom in range.Bottoms) Exclude(bottom);
        foreach (var tip in range.Tips.Concat(range.Bottoms).Select(nodes.Load).OrderByDescending(static node => node.Time)) Enter(tip);
        return range.Bottoms.Count == 0 ? Stream(cancellationToken) : Limit(cancellationToken);
    }

    private void Exclude(ObjectId bottom)
    {
        var node = nodes.Load(bottom);
        node.Marks |= WalkMarks.Excluded | WalkMarks.Bottom;
        ExcludeParents(node);
    }

    private void Enter(CommitNode node)
    {
        if (node.Has(WalkMarks.Seen)) return;
        node.Marks |= WalkMarks.Seen;
        _queue.Push(node);
    }

    private IEnumerable<CommitNode> Stream(CancellationToken cancellationToken)
    {
        while (_queue.TryPop(out var node))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node!.Time < since) continue;
            Expand(node);
            yield return node;
        }
    }

    /// <summary>What is excluded is only known for certain when the walk is at its end.</summary>
    private List<CommitNode> Limit(CancellationToken cancellationToken)
    {
        var found = new List<CommitNode>();
        var (latest, slop) = (long.MaxValue, Slop);
        while (_queue.TryPop(out var node))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node!.Time < since) node.Marks |= WalkMarks.Excluded;
            Expand(node);
            if (!node.Has(WalkMarks.Excluded))
            {
                latest = node.Time;
                found.Add(node);
                continue;
            }

            if (!_queue.TryPeek(out var next)) break;
            slop = latest <= next!.Time || _queue.Wanted > 0 ? Slop : slop - 1;
            if (slop == 0) break;
        }

        found.RemoveAll(static node => node.Has(WalkMarks.Excluded));
        return found;
    }

    private void Expand(CommitNode node)
    {
        if (node.Has(WalkMarks.Expanded)) return;
        node.Marks |= WalkMarks.Expanded;
        if (node.Has(WalkMarks.Excluded))
        {
            ExcludeParents(node);
            foreach (var parent in node.Parents) Enter(nodes.Load(parent));
            return;
        }

        if (path is not null) Simplify(node, path);
        foreach (var parent in node.Parents)
        {
            Enter(nodes.Load(parent));
            if (firstParentOnly) break;
        }
    }

    private void ExcludeParents(CommitNode node)
    {
        var open = new Stack<CommitNode>(node.Parents);
        while (open.TryPop(out var parent))
        {
            if (parent.Has(WalkMarks.Excluded)) continue;
            _queue.Exclude(parent);
            foreach (var further in parent.Parents) open.Push(further);
        }
    }

    private void Simplify(CommitNode node, PathSteps steps)
    {
        if (node.Parents.Length == 0)
        {
            if (!steps.Has(node)) node.Marks |= WalkMarks.Unchanged;
            return;
        }

        var (hasRelevant, relevantChange, otherChange) = (false, false, false);
        var compared = firstParentOnly ? 1 : node.Parents.Length;
        for (var i = 0; i < compared; i++)
        {
            var parent = nodes.Load(node.Parents[i]);
            var isRelevant = !parent.Has(WalkMarks.Excluded) || parent.Has(WalkMarks.Bottom);
            hasRelevant |= isRelevant;
            var isSame = (i == 0 && !nodes.MayHaveChanged(node, steps.Hash)) || steps.AreSame(node, parent);
            if (!isSame)
            {
                relevantChange |= isRelevant;
                otherChange |= !isRelevant;
            }
            else if (isRelevant)
            {
                node.Parents = [parent];
                node.Marks |= WalkMarks.Unchanged;
                return;
            }
        }

        if (!(hasRelevant ? relevantChange : otherChange)) node.Marks |= WalkMarks.Unchanged;
    }
}

/// <param name="Tips">Where the walk begins.</param>
/// <param name="Bottoms">These and what they descend from are left out.</param>
internal sealed record WalkRange(IReadOnlyList<ObjectId> Tips, IReadOnlyList<ObjectId> Bottoms);
