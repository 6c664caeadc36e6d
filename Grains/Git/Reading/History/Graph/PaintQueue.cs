namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>
/// Commits that hand their marks on to their parents, descendants first as far as generations and times tell. One that gets a further
/// mark after its turn has another.
/// </summary>
internal sealed class PaintQueue
{
    private readonly PriorityQueue<CommitNode, (long Generation, long Time, long Order)> _queue = new();
    private long _count;

    /// <summary>How many of those that wait are not excluded.</summary>
    public int Open { get; private set; }

    /// <param name="node">One that is loaded.</param>
    /// <param name="marks">To add.</param>
    public void Paint(CommitNode node, WalkMarks marks)
    {
        if ((node.Marks & marks) == marks) return;
        var wasOpen = node.Has(WalkMarks.Queued) && !node.Has(WalkMarks.Excluded);
        if (!node.Has(WalkMarks.Queued)) _queue.Enqueue(node, (-(long)node.Generation, -node.Time, _count++));
        node.Marks |= marks | WalkMarks.Queued;
        Open += (node.Has(WalkMarks.Excluded) ? 0 : 1) - (wasOpen ? 1 : 0);
    }

    /// <exception cref="InvalidOperationException">It is empty.</exception>
    public CommitNode Pop()
    {
        var node = _queue.Dequeue();
        node.Marks &= ~WalkMarks.Queued;
        if (!node.Has(WalkMarks.Excluded)) Open--;
        return node;
    }
}
