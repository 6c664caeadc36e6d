namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>Commits, the latest first; of the same time, the one that came first.</summary>
internal sealed class DateQueue
{
    private readonly PriorityQueue<CommitNode, (long Time, long Order)> _queue = new();
    private long _count;

    /// <summary>How many of those that wait are not excluded.</summary>
    public int Wanted { get; private set; }

    public void Push(CommitNode node)
    {
        node.Marks |= WalkMarks.Queued;
        if (!node.Has(WalkMarks.Excluded)) Wanted++;
        _queue.Enqueue(node, (-node.Time, _count++));
    }

    public bool TryPop(out CommitNode? node)
    {
        if (!_queue.TryDequeue(out node, out _)) return false;
        node.Marks &= ~WalkMarks.Queued;
        if (!node.Has(WalkMarks.Excluded)) Wanted--;
        return true;
    }

    public bool TryPeek(out CommitNode? node) => _queue.TryPeek(out node, out _);

    /// <summary>Excludes a commit, whether it waits or not.</summary>
    public void Exclude(CommitNode node)
    {
        if (node.Has(WalkMarks.Excluded)) return;
        node.Marks |= WalkMarks.Excluded;
        if (node.Has(WalkMarks.Queued)) Wanted--;
    }
}
