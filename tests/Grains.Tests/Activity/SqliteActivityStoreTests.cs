using Granary.Activity;
using Granary.Grains.Activity;
using Granary.Repositories;
using Microsoft.Extensions.Logging.Abstractions;

namespace Granary.Grains.Tests.Activity;

public sealed class SqliteActivityStoreTests : IAsyncLifetime
{
    private static readonly ObjectId Zero = ObjectId.Zero(HashFormat.Sha1);
    private static readonly ObjectId Commit = ObjectId.Parse(new string('b', 40));

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteActivityStore _store;
    private readonly RepositoryId _repository = RepositoryId.New();

    public SqliteActivityStoreTests() => _store = new SqliteActivityStore(_folder.File("activity.db"), NullLogger<SqliteActivityStore>.Instance);

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task List_WhatWasAdded_IsReturnedWhole()
    {
        var pushed = Event(7, "refs/heads/main") with { Time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(9)), PushOptions = ["ci.skip", "日本語"] };
        await _store.AddAsync(pushed, CancellationToken.None);
        var entry = Assert.Single((await ListAsync()).Entries);
        Assert.Equal(pushed with { Changes = [], PushOptions = [] }, entry.Event with { Changes = [], PushOptions = [] });
        Assert.Equal(pushed.Time.Offset, entry.Event.Time.Offset);
        Assert.Equal(pushed.PushOptions, entry.Event.PushOptions);
        Assert.Equal(pushed.Changes, entry.Event.Changes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_ForcedFlagAndDeployKey_AreKept(bool? isForced)
    {
        var pushed = Event(1) with { User = null, UserId = null, DeployKey = "SHA256:abc", Changes = [new RefChange("refs/heads/main", Commit, Commit, isForced)] };
        await _store.AddAsync(pushed, CancellationToken.None);
        var entry = Assert.Single((await ListAsync()).Entries).Event;
        Assert.Equal((null, "SHA256:abc"), (entry.User, entry.DeployKey));
        Assert.Equal(isForced, Assert.Single(entry.Changes).IsForced);
    }

    [Fact]
    public async Task Add_SameEventAgain_ChangesNothing()
    {
        for (var i = 0; i < 3; i++) await _store.AddAsync(Event(1, "refs/heads/main"), CancellationToken.None);
        Assert.Equal(1, Assert.Single((await ListAsync()).Entries).ChangeCount);
    }

    [Fact]
    public async Task List_PagesWhileOthersPush_ContinueWhereTheyEnded()
    {
        for (var n = 1; n <= 10; n++) await _store.AddAsync(Event(n, "refs/heads/main"), CancellationToken.None);
        var first = await ListAsync(size: 4);
        Assert.Equal([10, 9, 8, 7], first.Entries.Select(static e => e.Event.Sequence));
        await _store.AddAsync(Event(11, "refs/heads/main"), CancellationToken.None);
        var second = await ListAsync(size: 4, before: first.NextBefore);
        Assert.Equal([6, 5, 4, 3], second.Entries.Select(static e => e.Event.Sequence));
        var last = await ListAsync(size: 4, before: second.NextBefore);
        Assert.Equal([2, 1], last.Entries.Select(static e => e.Event.Sequence));
        Assert.Null(last.NextBefore);
    }

    [Fact]
    public async Task List_OfARef_HasOnlyItsPushesAndOnlyItsChange()
    {
        await _store.AddAsync(Event(1, "refs/heads/main"), CancellationToken.None);
        await _store.AddAsync(Event(2, "refs/heads/main", "refs/heads/other"), CancellationToken.None);
        await _store.AddAsync(Event(3, "refs/heads/main"), CancellationToken.None);
        var entry = Assert.Single((await ListAsync(name: "refs/heads/other")).Entries);
        Assert.Equal("refs/heads/other", Assert.Single(entry.Event.Changes).Ref);
        Assert.Equal(2, entry.ChangeCount);
    }

    [Fact]
    public async Task List_VeryManyRefs_ShowsSomeCountsAllAndFindsEach()
    {
        var names = Enumerable.Range(0, ActivityEntry.MaxChanges + 50).Select(static i => $"refs/tags/t{i}").ToArray();
        await _store.AddAsync(Event(1, names), CancellationToken.None);
        var entry = Assert.Single((await ListAsync()).Entries);
        Assert.Equal(ActivityEntry.MaxChanges, entry.Event.Changes.Count);
        Assert.Equal(names.Length, entry.ChangeCount);
        Assert.Single((await ListAsync(name: names[^1])).Entries);
    }

    [Fact]
    public async Task Remove_OneRepository_LeavesTheOthers()
    {
        await _store.AddAsync(Event(1, "refs/heads/main"), CancellationToken.None);
        var other = Event(1, "refs/heads/main") with { Repository = RepositoryId.New() };
        await _store.AddAsync(other, CancellationToken.None);
        await _store.RemoveAsync(_repository, CancellationToken.None);
        Assert.Empty((await ListAsync()).Entries);
        Assert.Single((await _store.ListAsync(other.Repository, new ActivityQuery(10, null, null), CancellationToken.None)).Entries);
    }

    private Task<ActivityPage> ListAsync(int size = 10, long? before = null, string? name = null) => _store.ListAsync(
        _repository, new ActivityQuery(size, before, name is null ? null : RefName.Parse(name)), CancellationToken.None);

    private PushEvent Event(long sequence, params string[] refs) => new(
        _repository, sequence, Guid.Empty, DateTimeOffset.UnixEpoch, "alice", Guid.Empty, "http", [], [.. refs.Select(r => new RefChange(r, Zero, Commit))]);
}
