namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>
/// Commits that hand their marks on to their parents, descendants first as far as generations and times tell. One that gets a further
/// mark after its turn has another. At its end it takes all marks away, so that another algorithm may walk the same commits.
/// </summary>
internal sealed class PaintQueue : IDisposable
{
    private readonly List<CommitNode> _painted = [];
    private readonly PriorityQueue<CommitNode, (long Generation, long Time, long Order)> _queue = new();
    private long _count;

    /// <summary>How many of those that wait are not excluded.</summary>
    public int Open { get; private set; }

    /// <summary>How many commits have marks.</summary>
    public int Painted => _painted.Count;

    /// <param name="node">One that is loaded.</param>
    /// <param name="marks">To add.</param>
    public void Paint(CommitNode node, WalkMarks marks)
    {
        if ((node.Marks & marks) == marks) return;
        if (node.Marks == WalkMarks.None) _painted.Add(node);
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

    /// <summary>Whether a commit that waits may descend from this one, as far as generations and times tell.</summary>
    public bool MayReach(CommitNode node)
    {
        if (!_queue.TryPeek(out var next, out _)) return false;
        if (next.Generation != node.Generation) return next.Generation > node.Generation;
        return next.Generation == CommitNode.NoGeneration && next.Time >= node.Time;
    }

    public void Dispose()
    {
        foreach (var node in _painted) node.Marks = WalkMarks.None;
    }
}
