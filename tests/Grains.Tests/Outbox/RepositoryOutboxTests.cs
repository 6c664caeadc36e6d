using Granary.Accounts;
using Granary.Grains.Git.Journal;
using Granary.Grains.Outbox;
using Granary.Grains.Posix;
using Granary.Grains.Tests.Git;
using Granary.Repositories;

namespace Granary.Grains.Tests.Outbox;

public sealed class RepositoryOutboxTests : IDisposable
{
    private static readonly JobKind One = new("one");
    private static readonly JobKind Two = new("two");

    private readonly TestRepository _repository = new();
    private readonly BlockingWork _files = new(2);
    private readonly FakePublisher _publisher = new();
    private readonly ShiftedTime _time = new();
    private readonly OutboxOptions _options = new() { JournalAge = TimeSpan.Zero };

    public void Dispose()
    {
        _files.Dispose();
        _repository.Dispose();
    }

    [Fact]
    public async Task Drain_Pushes_EachIsOneEventInOrder()
    {
        var commits = _repository.Commits(3);
        Push(commits[0]);
        Push(commits[1], commits[0]);
        Push(commits[2], commits[1]);
        var result = await New().DrainAsync();
        Assert.True(result.IsAllDelivered);
        Assert.Equal([1, 2, 3], _publisher.Sequences("one"));
        var change = Assert.Single(_publisher.Published[1].Event.Changes);
        Assert.Equal(new RefChange("refs/heads/main", commits[0], commits[1]), change);
        Assert.Equal($"{_repository.Id}-2", _publisher.Published[1].Event.EventId);
    }

    [Fact]
    public async Task Drain_FiveHundredTagsInOnePush_AreOneEvent()
    {
        var commit = _repository.Commits(1)[0];
        Apply([.. Enumerable.Range(0, 500).Select(i => new RefUpdate(RefName.Parse($"refs/tags/t{i}"), ObjectId.Zero(HashFormat.Sha1), commit, null))]);
        await New().DrainAsync();
        Assert.Equal(500, Assert.Single(_publisher.Published).Event.Changes.Count);
    }

    [Fact]
    public async Task Drain_Batches_GoOnWhereTheLastEnded()
    {
        var commits = _repository.Commits(5);
        PushAll(commits);
        _options.MaxBatch = 2;
        var outbox = New();
        var first = await outbox.DrainAsync();
        Assert.True(first.HasMore);
        Assert.Equal(3, first.Undelivered);
        Assert.Equal([1, 2], _publisher.Sequences("one"));
        while ((await outbox.DrainAsync()).HasMore) Assert.True(_publisher.Published.Count <= 5);
        Assert.Equal([1, 2, 3, 4, 5], _publisher.Sequences("one"));
    }

    [Fact]
    public async Task Drain_OneKindIsBrokenForMoreThanABatch_TheOtherGetsEverything()
    {
        PushAll(_repository.Commits(5));
        _options.MaxBatch = 2;
        _publisher.Broken.Add("two");
        var outbox = New(kinds: [One, Two]);
        OutboxResult result;
        do result = await outbox.DrainAsync();
        while (result.HasMore);
        Assert.NotNull(result.Fault);
        Assert.Equal(5, result.Undelivered);
        Assert.Equal([1, 2, 3, 4, 5], _publisher.Sequences("one"));
        _publisher.Broken.Clear();
        while (!(await outbox.DrainAsync()).IsAllDelivered) Assert.True(_publisher.Published.Count <= 10);
        Assert.Equal([1, 2, 3, 4, 5], _publisher.Sequences("one"));
        Assert.Equal([1, 2, 3, 4, 5], _publisher.Sequences("two"));
    }

    [Fact]
    public async Task Drain_IntentThatDidNotHappen_IsNoEvent()
    {
        var commits = _repository.Commits(2);
        Push(commits[0]);
        Intend(2, commits[1]);
        var outbox = New();
        await outbox.DrainAsync();
        Assert.Equal([1], _publisher.Sequences("one"));

        // The intent is open: while it is young its push may still be at work, later its writer is dead.
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await outbox.DrainAsync()).IsAllDelivered);
        Assert.Equal([(1, true), (2, false)], JournalLines.Closes(_repository.Paths.Journal));
        Push(commits[1], commits[0]);
        await outbox.DrainAsync();
        Assert.Equal([1, 3], _publisher.Sequences("one"));
    }

    [Fact]
    public async Task Drain_OneKindIsBroken_TheOtherGoesOnAndNoneMissesAnything()
    {
        var commits = _repository.Commits(4);
        PushAll(commits[..2]);
        _publisher.Broken.Add("two");
        var outbox = New(kinds: [One, Two]);
        var result = await outbox.DrainAsync();
        Assert.NotNull(result.Fault);
        Assert.Equal(2, result.Undelivered);
        Push(commits[2], commits[1]);
        await outbox.DrainAsync();
        Assert.Equal([1, 2, 3], _publisher.Sequences("one"));
        Assert.False(await outbox.SettleAsync());
        Assert.True(File.Exists(_repository.Paths.PendingMarker));
        _publisher.Broken.Clear();
        Assert.True((await outbox.DrainAsync()).IsAllDelivered);
        Assert.Equal([1, 2, 3], _publisher.Sequences("one"));
        Assert.Equal([1, 2, 3], _publisher.Sequences("two"));
    }

    [Theory]
    [InlineData(OutboxStep.Read)]
    [InlineData(OutboxStep.Published)]
    [InlineData(OutboxStep.CursorWritten)]
    [InlineData(OutboxStep.MarkerRemoved)]
    internal async Task Drain_DiesAtAStep_NothingIsLostAndDuplicatesCarryTheSameId(OutboxStep step)
    {
        var commits = _repository.Commits(4);
        PushAll(commits[..3]);
        var dying = New(reached: reached =>
        {
            if (reached == step) throw new InvalidOperationException("killed");
        });
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await dying.DrainAsync();
            await dying.SettleAsync();
        });

        // What the next silo would look at: without a marker there must be nothing left to deliver.
        if (!File.Exists(_repository.Paths.PendingMarker)) Assert.Equal([1, 2, 3], _publisher.Sequences("one"));
        Push(commits[3], commits[2]);
        Assert.True(File.Exists(_repository.Paths.PendingMarker));
        var next = New();
        Assert.True((await next.DrainAsync()).IsAllDelivered);
        Assert.True(await next.SettleAsync());
        Assert.Equal([1, 2, 3, 4], _publisher.Sequences("one").Distinct().Order());
        foreach (var same in _publisher.Published.GroupBy(static p => p.Event.Sequence))
        {
            Assert.Single(same.Select(static p => p.Event.EventId).Distinct());
            Assert.Single(same.Select(static p => p.Event.PushId).Distinct());
        }

        Assert.Equal(step == OutboxStep.Published ? 7 : 4, _publisher.Published.Count);
    }

    [Fact]
    public async Task Settle_NothingLeft_RemovesTheMarkerAndAPushMakesItAnew()
    {
        var commits = _repository.Commits(2);
        Push(commits[0]);
        var outbox = New();
        Assert.False(await outbox.SettleAsync());
        await outbox.DrainAsync();
        Assert.True(await outbox.SettleAsync());
        Assert.False(File.Exists(_repository.Paths.PendingMarker));
        Push(commits[1], commits[0]);
        Assert.True(File.Exists(_repository.Paths.PendingMarker));
    }

    [Fact]
    public async Task Settle_LockHeldByAPush_LeavesTheMarker()
    {
        Push(_repository.Commits(1)[0]);
        var outbox = New();
        await outbox.DrainAsync();
        using (FileLock.TryTake(_repository.Paths.Lock, TimeSpan.Zero)) Assert.False(await outbox.SettleAsync());
        Assert.True(File.Exists(_repository.Paths.PendingMarker));
        Assert.True(await outbox.SettleAsync());
    }

    [Fact]
    public async Task Drain_TwoOutboxesAtOnce_DuplicateButLoseNothing()
    {
        var commits = _repository.Commits(6);
        PushAll(commits[..3]);
        var (first, second) = (New(), New());
        await Task.WhenAll(first.DrainAsync(), second.DrainAsync());
        for (var i = 3; i < 6; i++) Push(commits[i], commits[i - 1]);
        await second.DrainAsync();
        await first.DrainAsync();
        Assert.Equal([1, 2, 3, 4, 5, 6], _publisher.Sequences("one").Distinct().Order());
        Assert.True(await first.SettleAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage\n")]
    [InlineData("one x\n")]
    public async Task Drain_CursorDamaged_DeliversFromTheBeginning(string text)
    {
        PushAll(_repository.Commits(2));
        await File.WriteAllTextAsync(_repository.Paths.Delivered, text);
        await New().DrainAsync();
        Assert.Equal([1, 2], _publisher.Sequences("one"));
    }

    [Fact]
    public async Task Drain_KindAddedLater_StartsWithWhatComes()
    {
        var commits = _repository.Commits(3);
        PushAll(commits[..2]);
        await New().DrainAsync();
        Push(commits[2], commits[1]);
        await New(kinds: [One, Two]).DrainAsync();
        Assert.Equal([1, 2, 3], _publisher.Sequences("one"));
        Assert.Equal([3], _publisher.Sequences("two"));
    }

    [Fact]
    public async Task Settle_OldSegments_ArePrunedOnlyWhenDelivered()
    {
        var journal = new RefJournal(_repository.Paths.Journal, segmentSize: 1);
        journal.Refresh();
        var commit = _repository.Commits(1)[0];
        for (var n = 1; n <= 5; n++)
        {
            journal.AppendIntent(IntentOf(n, commit));
            journal.AppendClose(committed: true);
        }

        var reader = new JournalReader(_repository.Paths.Journal);
        Assert.Equal(5, reader.Segments().Count);
        JournalPruning.Prune(reader, 0, DateTime.MaxValue);
        Assert.Equal(5, reader.Segments().Count);
        JournalPruning.Prune(reader, 5, DateTime.UtcNow.AddHours(-1));
        Assert.Equal(5, reader.Segments().Count);
        JournalPruning.Prune(reader, 2, DateTime.MaxValue);
        Assert.Equal(3, reader.Segments().Count);
        var outbox = New();
        await outbox.DrainAsync();
        Assert.Equal([3, 4, 5], _publisher.Sequences("one"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await outbox.SettleAsync());
        Assert.Equal(2, reader.Segments().Count);
        var again = new RefJournal(_repository.Paths.Journal, segmentSize: 1);
        again.Refresh();
        Assert.Equal(5, again.LastSequence);
    }

    private RepositoryOutbox New(Action<OutboxStep>? reached = null, params JobKind[] kinds) => new(
        _repository.Id, _repository.Paths, kinds.Length == 0 ? [One] : kinds, _publisher, _repository.NewActivation(), _files, _options,
        _time)
    { Reached = reached };

    private void PushAll(ObjectId[] commits)
    {
        for (var i = 0; i < commits.Length; i++) Push(commits[i], i == 0 ? null : commits[i - 1]);
    }

    private void Push(ObjectId to, ObjectId? from = null) =>
        Apply(new RefUpdate(RefName.Branch("main"), from ?? ObjectId.Zero(HashFormat.Sha1), to, null));

    private void Apply(params RefUpdate[] updates)
    {
        var push = new PushRequest(Guid.NewGuid(), Caller.System, updates, Atomic: false, HasQuarantine: false, [], "http");
        var outcome = _repository.Transaction.Apply(_repository.Load(), push, new RefUpdateResult?[updates.Length]).Outcome;
        Assert.All(outcome.Results, static r => Assert.Equal(RefUpdateStatus.Ok, r.Status));
    }

    /// <summary>What a writer leaves that died before its rename.</summary>
    private void Intend(long sequence, ObjectId commit)
    {
        var journal = new RefJournal(_repository.Paths.Journal);
        journal.Refresh();
        journal.AppendIntent(IntentOf(sequence, commit));
    }

    private JournalRecord IntentOf(long sequence, ObjectId commit) => new()
    {
        Kind = JournalRecord.Intent,
        Sequence = sequence,
        PushId = Guid.NewGuid(),
        Time = _repository.Time.GetUtcNow(),
        Updates = [new JournalUpdate("refs/heads/main", new string('0', 40), commit.ToString())],
    };
}
