using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading.History.Graph;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>
/// Hands lines from commits on to their parents, until a commit is found for each that has it and whose parents have it not. Descendants
/// come first, so that a file is compared once with what it was before, whichever way its lines came.
/// </summary>
internal sealed class BlameWalk(ParentFiles parents, LineHandover handover)
{
    private readonly PriorityQueue<CommitNode, (long Generation, long Time, long Order)> _queue = new();
    private readonly Dictionary<CommitNode, List<BlameOrigin>> _waiting = [];
    private long _count;

    /// <summary>What was found so far, in no order.</summary>
    public List<FoundLines> Found { get; } = [];

    /// <summary>Whether there are lines whose origin is not known.</summary>
    public bool IsAtEnd => _waiting.Count == 0;

    /// <param name="origin">With the lines that are asked for; its commit is loaded.</param>
    public void Begin(BlameOrigin origin) => Send(origin, origin.Spans);

    /// <summary>Looks at one commit.</summary>
    public void Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var node = _queue.Dequeue();
        _waiting.Remove(node, out var origins);
        foreach (var origin in origins!) Visit(origin, cancellationToken);
    }

    /// <summary>Leaves all lines where they are now.</summary>
    public void GiveUp()
    {
        foreach (var origin in _waiting.Values.SelectMany(static origins => origins)) Keep(origin, isIncomplete: true);
        _waiting.Clear();
    }

    private void Visit(BlameOrigin origin, CancellationToken cancellationToken)
    {
        if (origin.Node.Parents.Length == 0)
        {
            Keep(origin, isIncomplete: false);
            return;
        }

        var before = parents.Find(origin, _waiting, cancellationToken);
        if (before is [{ } one] && one.File.Id == origin.File.Id)
        {
            Send(one, origin.Spans);
            return;
        }

        var isIncomplete = parents.IsLimited;
        foreach (var parent in before)
        {
            origin.Previous ??= new PreviousFile(parent.Node.Id, parent.Path);
            if (origin.Spans.Count == 0) return;
            if (handover.TryHandOver(origin, parent) is { } lines) Send(parent, lines);
            else isIncomplete = true;
        }

        Keep(origin, isIncomplete);
    }

    private void Send(BlameOrigin origin, List<LineSpan> lines)
    {
        if (lines.Count == 0) return;
        if (!_waiting.TryGetValue(origin.Node, out var origins))
        {
            _waiting.Add(origin.Node, origins = []);
            _queue.Enqueue(origin.Node, (-(long)origin.Node.Generation, -origin.Node.Time, _count++));
        }

        if (origins.Find(other => other.Path.Equals(origin.Path)) is { } known)
        {
            known.Spans = LineSpans.Merge(known.Spans, lines);
            return;
        }

        origins.Add(origin);
        origin.Spans = lines;
    }

    private void Keep(BlameOrigin origin, bool isIncomplete)
    {
        foreach (var span in origin.Spans) Found.Add(new FoundLines(origin, span, isIncomplete));
    }
}
