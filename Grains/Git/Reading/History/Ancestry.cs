using Granary.Grains.Git.Reading.History.Graph;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>How commits descend from each other. Each call needs nodes of its own.</summary>
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
        var queue = new PaintQueue();
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

    /// <summary>How many commits each of the two has that the other has not.</summary>
    public static (int Ahead, int Behind) CountApart(CommitNodes nodes, ObjectId one, ObjectId other, CancellationToken cancellationToken)
    {
        if (one == other) return (0, 0);
        var (ahead, behind) = (0, 0);
        var queue = new PaintQueue();
        queue.Paint(nodes.Load(one), WalkMarks.Left);
        queue.Paint(nodes.Load(other), WalkMarks.Right);
        while (queue.Open > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var node = queue.Pop();
            var paint = node.Marks & Both;
            if (paint == Both)
            {
                // A commit whose clock is wrong may have been counted before it was known to belong to both.
                if (node.Has(CountedLeft)) ahead--;
                if (node.Has(CountedRight)) behind--;
                node.Marks &= ~(CountedLeft | CountedRight);
                paint |= WalkMarks.Excluded;
            }
            else if (paint == WalkMarks.Left && !node.Has(CountedLeft))
            {
                ahead++;
                node.Marks |= CountedLeft;
            }
            else if (paint == WalkMarks.Right && !node.Has(CountedRight))
            {
                behind++;
                node.Marks |= CountedRight;
            }

            foreach (var parent in node.Parents) queue.Paint(nodes.Load(parent), paint);
        }

        return (ahead, behind);
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
