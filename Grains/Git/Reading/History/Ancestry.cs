using Granary.Git.Reading;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>How commits descend from each other. The nodes serve for any number of calls, one after the other.</summary>
internal static class Ancestry
{
    private const WalkMarks Both = WalkMarks.Left | WalkMarks.Right;
    private const WalkMarks CountedLeft = WalkMarks.Seen;
    private const WalkMarks CountedRight = WalkMarks.Bottom;

    /// <summary>The best common ancestors, the latest first: those from which no other common ancestor descends.</summary>
    public static IReadOnlyList<ObjectId> MergeBases(CommitNodes nodes, ObjectId one, ObjectId other, CancellationToken cancellationToken)
    {
        if (one == other) return [one];
        var common = new List<CommitNode>();
        using var queue = new PaintQueue();
        queue.Paint(nodes.Load(one), WalkMarks.Left);
        queue.Paint(nodes.Load(other), WalkMarks.Right);
        while (queue.Open > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var node = queue.Pop();
            var paint = node.Marks & (Both | WalkMarks.Excluded);
            if (paint == Both)
            {
                if (!node.Has(WalkMarks.Seen)) common.Add(node);
                node.Marks |= WalkMarks.Seen;

                // What a common ancestor descends from is not the best.
                paint |= WalkMarks.Excluded;
            }

            foreach (var parent in node.Parents) queue.Paint(nodes.Load(parent), paint);
        }

        common.RemoveAll(static node => node.Has(WalkMarks.Excluded));
        if (common.Count > 1) RemoveAncestors(nodes, common, cancellationToken);
        return [.. common.OrderByDescending(static node => node.Time).Select(static node => node.Id)];
    }

    /// <summary>What each of the two has and the other has not, as <c>git rev-list --left-right --count A...B</c>.</summary>
    /// <param name="nodes">The commits.</param>
    /// <param name="one">Whose own commits are ahead.</param>
    /// <param name="other">Whose own commits are behind.</param>
    /// <param name="maxWalk">The most commits that may be walked.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <returns>Null: more would have to be walked.</returns>
    public static Distance? CountApart(CommitNodes nodes, ObjectId one, ObjectId other, int maxWalk, CancellationToken cancellationToken)
    {
        if (one == other) return new Distance(0, 0);
        var (ahead, behind) = (0, 0);
        CommitNode? lowest = null;
        using var queue = new PaintQueue();
        queue.Paint(nodes.Load(one), WalkMarks.Left);
        queue.Paint(nodes.Load(other), WalkMarks.Right);

        // Past the last commit of one alone it goes on as long as one that was counted may prove to belong to both: clocks differ. Outside
        // the commit-graph that can be too soon where a commit is dated before the parents of its parents, as it is for git itself.
        while (queue.Open > 0 || (lowest is not null && queue.MayReach(lowest)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (queue.Painted > maxWalk) return null;
            var node = queue.Pop();
            var paint = node.Marks & Both;
            if (paint == Both)
            {
                if (node.Has(CountedLeft)) ahead--;
                if (node.Has(CountedRight)) behind--;
                node.Marks &= ~(CountedLeft | CountedRight);
                paint |= WalkMarks.Excluded;
            }
            else
            {
                if (paint == WalkMarks.Left) ahead++;
                else behind++;
                node.Marks |= paint == WalkMarks.Left ? CountedLeft : CountedRight;
                if (lowest is null || (node.Generation, node.Time).CompareTo((lowest.Generation, lowest.Time)) < 0) lowest = node;
            }

            foreach (var parent in node.Parents) queue.Paint(nodes.Load(parent), paint);
        }

        return new Distance(ahead, behind);
    }

    private static void RemoveAncestors(CommitNodes nodes, List<CommitNode> common, CancellationToken cancellationToken)
    {
        var lowest = common.Min(static node => node.Generation);
        var visited = new HashSet<CommitNode>();
        var open = new Stack<CommitNode>(common);
        while (open.TryPop(out var node))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var parent in node.Parents)
            {
                nodes.Load(parent);
                if (parent.Generation >= lowest && visited.Add(parent)) open.Push(parent);
            }
        }

        common.RemoveAll(visited.Contains);
    }
}
