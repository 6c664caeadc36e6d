using Granary.Activity;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>A feed of so many pushes of one branch.</summary>
internal sealed class FakeActivity : IActivityReader
{
    public int Count { get; set; }

    public ActivityQuery? LastQuery { get; private set; }

    public Task<ActivityPage> ListAsync(RepositoryId repository, ActivityQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        var newest = Math.Min(Count, (query.Before ?? long.MaxValue) - 1);
        var entries = new List<ActivityEntry>();
        for (var sequence = newest; sequence > 0 && entries.Count < query.Size; sequence--)
        {
            var change = new RefChange("refs/heads/main", ObjectId.Zero(HashFormat.Sha1), ObjectId.Parse(new string('a', 40)));
            var pushed = new PushEvent(
                repository, sequence, Guid.NewGuid(), DateTimeOffset.UnixEpoch, "alice", Guid.NewGuid(), "http", [], [change]);
            entries.Add(new ActivityEntry(pushed, 1));
        }

        return Task.FromResult(new ActivityPage(entries, newest > entries.Count ? entries[^1].Event.Sequence : null));
    }
}
