using Granary.Git.Reading;
using Granary.Git.Reading.History;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>Makes one page of a history.</summary>
internal sealed class HistoryPage(HistoryQuery query, HistoryPosition from, HistoryOptions options, DiffLimits limits)
{
    private const int MaxMessage = 64 << 10;
    private const int FirstSlice = 20;
    private const int MaxSlice = 200;
    private const int MaxSliceText = 256 << 10;

    private readonly CommitFilter _filter = new(query);
    private readonly List<Commit> _slice = [];
    private RenameTrail? _trail;
    private int _passed;
    private int _sliceText;

    public IEnumerable<Outcome<HistorySlice>> Run(ReadHandle handle, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Parse(query.Revision);
        var tips = range.Kind switch { RangeKind.Single => from.Ends, RangeKind.Difference => [from.Ends[1]], _ => from.Ends };
        if (query.FollowsRenames && !query.Path.IsRoot) _trail = new RenameTrail(handle, from.Path ?? query.Path.Bytes.ToArray(), query.FirstParentOnly, limits);
        var path = _trail is null && !query.Path.IsRoot ? new PathSteps(handle, query.Path) : null;

        // Only where each commit is shown soon after it was visited, its content is kept until then.
        var keepsContent = range.Kind == RangeKind.Single && from.Passed == 0 && path is null && _trail is null;
        using var nodes = new CommitNodes(handle, options.MaxVisited, keepsContent ? MaxMessage : 0);
        var bottoms = BottomsOf(range.Kind, nodes, cancellationToken);
        var walk = new HistoryWalk(nodes, new WalkRange(tips, bottoms), query.FirstParentOnly, query.Since, path);
        var (shown, flushed) = (0, 0);
        foreach (var node in walk.Run(cancellationToken))
        {
            if (_passed < from.Passed)
            {
                _passed++;
                node.Steps = null;
                continue;
            }

            if (shown == query.PageSize || _passed - from.Passed == options.MaxTested)
            {
                yield return Flush(isLast: false, isPartial: shown < query.PageSize);
                yield break;
            }

            _passed++;
            if (Shown(node, nodes, cancellationToken) is { } commit)
            {
                shown++;
                _slice.Add(commit);
                _sliceText += commit.Message.Length;
            }

            node.Content = null;
            node.Steps = null;
            if (_slice.Count < (flushed == 0 ? FirstSlice : MaxSlice) && _sliceText < MaxSliceText) continue;
            if (shown == query.PageSize) continue;
            flushed++;
            yield return Flush(isLast: false, isPartial: false);
        }

        yield return Flush(isLast: true, isPartial: false);
    }

    private IReadOnlyList<ObjectId> BottomsOf(RangeKind kind, CommitNodes nodes, CancellationToken cancellationToken)
    {
        if (kind == RangeKind.Single) return [];
        if (kind == RangeKind.Difference) return [from.Ends[0]];

        // The walk goes on with what is loaded now: how a path simplifies merges with excluded commits depends on it, in git too.
        return Ancestry.MergeBases(nodes, from.Ends[0], from.Ends[1], cancellationToken);
    }

    private Outcome<HistorySlice> Flush(bool isLast, bool isPartial)
    {
        var path = _trail is null || _trail.Path.AsSpan().SequenceEqual(query.Path.Bytes.Span) ? null : _trail.Path;
        var slice = new HistorySlice([.. _slice], isLast ? null : new HistoryPosition(from.Ends, _passed, path).Encode(query), isPartial);
        _slice.Clear();
        _sliceText = 0;
        return slice;
    }

    private Commit? Shown(CommitNode node, CommitNodes nodes, CancellationToken cancellationToken)
    {
        if (_trail is not null && !_trail.Matches(node, nodes, cancellationToken)) return null;
        if (node.Has(WalkMarks.Unchanged) || !_filter.MatchesTime(node.Time)) return null;
        var commit = node.Content ?? Read(node.Id, nodes.Handle);
        return _filter.Matches(commit) ? commit : null;
    }

    private static Commit Read(ObjectId id, ReadHandle handle)
    {
        using var raw = handle.Read(id, ObjectKind.Commit);
        return CommitParser.Parse(id, raw.Data, MaxMessage);
    }
}
