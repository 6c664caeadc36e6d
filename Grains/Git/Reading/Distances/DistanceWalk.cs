using Granary.Git.Reading;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Distances;

/// <summary>
/// Counts what each of two commits has and the other has not, as <c>git rev-list --left-right --count A...B</c>: from both, newest first,
/// until all that is left is known to both. The commits that were read serve for the next pair.
/// </summary>
internal sealed class DistanceWalk(ObjectSource objects, int maxWalk)
{
    private const int Left = 1;
    private const int Right = 2;
    private const int Both = Left | Right;

    private readonly Dictionary<ObjectId, (long Time, IReadOnlyList<ObjectId> Parents)> _commits = [];

    /// <returns>Null: they are too far apart.</returns>
    /// <exception cref="MissingObjectException">The history is not whole.</exception>
    public Distance? Count(ObjectId left, ObjectId right, CancellationToken cancellationToken)
    {
        if (left == right) return new Distance(0, 0);
        var sides = new Dictionary<ObjectId, int>();
        var queue = new PriorityQueue<ObjectId, long>();
        var waiting = new HashSet<ObjectId>();
        var oneSided = 0;
        var oldest = long.MaxValue;
        Reach(left, Left);
        Reach(right, Right);

        // Past the last one-sided commit it goes on to the date of the oldest of them: clocks differ. Where a commit is dated before the
        // parents of its parents, that can be too soon, as it is for git itself.
        while (queue.TryPeek(out _, out var newest) && (oneSided > 0 || -newest >= oldest))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = queue.Dequeue();
            waiting.Remove(id);
            var (side, commit) = (sides[id], Commit(id));
            if (side != Both)
            {
                oneSided--;
                oldest = Math.Min(oldest, commit.Time);
            }

            if (sides.Count > maxWalk) return null;
            foreach (var parent in commit.Parents) Reach(parent, side);
        }

        return new Distance(sides.Values.Count(static s => s == Left), sides.Values.Count(static s => s == Right));

        void Reach(ObjectId id, int side)
        {
            var had = sides.GetValueOrDefault(id);
            var has = had | side;
            if (has == had) return;
            sides[id] = has;
            if (waiting.Add(id))
            {
                queue.Enqueue(id, -Commit(id).Time);
                if (has != Both) oneSided++;
            }
            else if (has == Both)
            {
                oneSided--;
            }
        }
    }

    private (long Time, IReadOnlyList<ObjectId> Parents) Commit(ObjectId id)
    {
        if (_commits.TryGetValue(id, out var known)) return known;
        using var raw = objects.Read(id);
        if (raw.Kind != ObjectKind.Commit) throw new MissingObjectException(id);
        return _commits[id] = (CommitParser.TimeOf(raw.Data), ObjectLinks.OfCommit(raw.Data).Parents);
    }
}
