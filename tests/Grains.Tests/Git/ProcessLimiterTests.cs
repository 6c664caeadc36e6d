using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Git;

public sealed class ProcessLimiterTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider _time = new();
    private readonly Requester[] _users = [new("a"), new("b"), new("c")];
    private readonly RepositoryId[] _ids = [RepositoryId.New(), RepositoryId.New(), RepositoryId.New()];

    [Fact]
    public async Task Enter_TotalLimit_WaitsAndGoesOnInOrder()
    {
        var limiter = New(total: 2, perRepository: 2);
        var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var second = await limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None);
        var third = limiter.EnterAsync(_ids[2], _users[0], GitWork.Fetch, None).AsTask();
        var fourth = limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None).AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();
        first.Dispose();
        var place = await third;
        Assert.False(fourth.IsCompleted);
        second.Dispose();
        (await fourth).Dispose();
        place.Dispose();
    }

    [Fact]
    public async Task Enter_LimitOfARepository_DoesNotHoldUpTheOthers()
    {
        var limiter = New(total: 3, perRepository: 1);
        var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var waiting = limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None).AsTask();
        using var other = await limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None);
        using var another = await limiter.EnterAsync(_ids[2], _users[0], GitWork.Fetch, None);
        Assert.False(waiting.IsCompleted);
        first.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Enter_LimitOfAUser_DoesNotHoldUpTheOthers()
    {
        var limiter = New(total: 3, perRepository: 3, perUser: 1);
        using var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var waiting = limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None).AsTask();
        using var other = await limiter.EnterAsync(_ids[1], _users[1], GitWork.Fetch, None);
        Assert.False(waiting.IsCompleted);
        first.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Enter_ManyOfOneUserWait_AnotherComesNext()
    {
        var limiter = New(total: 2, perRepository: 2);
        var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        using var second = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var flood = Enumerable.Range(0, 50).Select(i => limiter.EnterAsync(_ids[i % 3], _users[0], GitWork.Fetch, None).AsTask()).ToList();
        var late = limiter.EnterAsync(_ids[0], _users[1], GitWork.Fetch, None).AsTask();
        first.Dispose();
        var place = await late;
        Assert.DoesNotContain(flood, static t => t.IsCompleted);
        place.Dispose();
        await Task.WhenAll(flood.Select(static async t => (await t).Dispose()));
    }

    [Fact]
    public async Task Enter_OneUsersRepositories_TakeTurns()
    {
        var limiter = New(total: 2, perRepository: 2);
        var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        using var second = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var same = limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None).AsTask();
        var other = limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None).AsTask();
        first.Dispose();
        var place = await other;
        Assert.False(same.IsCompleted);
        place.Dispose();
        (await same).Dispose();
    }

    [Fact]
    public async Task Pause_LendsThePlaceAndTakesItBackAtOnce()
    {
        var limiter = New(total: 1, perRepository: 1);
        var slow = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var waiting = limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None).AsTask();
        slow.Pause();
        slow.Pause();
        using var other = await waiting;
        slow.Resume();
        slow.Resume();
        var third = limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None).AsTask();
        other.Dispose();
        Assert.False(third.IsCompleted);
        slow.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Pause_AsManyAsMayStandStill_LetsNobodyIn()
    {
        var limiter = New(total: 9, perRepository: 9, paused: 2, pausedPerUser: 1);
        var slow = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        slow.Pause();
        var same = limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None).AsTask();
        Assert.False(same.IsCompleted);
        using (var second = await limiter.EnterAsync(_ids[0], _users[1], GitWork.Fetch, None))
        {
            second.Pause();
            var third = limiter.EnterAsync(_ids[0], _users[2], GitWork.Fetch, None).AsTask();
            Assert.False(third.IsCompleted);
            second.Dispose();
            (await third).Dispose();
        }

        slow.Dispose();
        (await same).Dispose();
    }

    [Fact]
    public async Task Enter_NoPlaceInTime_IsBusyAndLeavesTheQueue()
    {
        var limiter = New(total: 1, perRepository: 1);
        var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var late = limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<GitBusyException>(() => late);
        var next = limiter.EnterAsync(_ids[2], _users[0], GitWork.Fetch, None).AsTask();
        first.Dispose();
        (await next).Dispose();
        (await limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None)).Dispose();
    }

    [Fact]
    public async Task Enter_QueueFull_IsBusyAtOnce()
    {
        var limiter = New(total: 1, perRepository: 1, waiting: 1);
        using var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
        var queued = limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, None).AsTask();
        await Assert.ThrowsAsync<GitBusyException>(() => limiter.EnterAsync(_ids[2], _users[0], GitWork.Fetch, None).AsTask());
        first.Dispose();
        (await queued).Dispose();
    }

    [Fact]
    public async Task Enter_Cancelled_GivesThePlaceBack()
    {
        var limiter = New(total: 1, perRepository: 1);
        for (var i = 0; i < 200; i++)
        {
            var first = await limiter.EnterAsync(_ids[0], _users[0], GitWork.Fetch, None);
            using var cancel = new CancellationTokenSource();
            var waiting = limiter.EnterAsync(_ids[1], _users[0], GitWork.Fetch, cancel.Token).AsTask();
            await Task.WhenAll(Task.Run(first.Dispose), Task.Run(cancel.Cancel));
            try
            {
                (await waiting).Dispose();
            }
            catch (OperationCanceledException)
            {
                // One of the two came first.
            }

            var next = limiter.EnterAsync(_ids[2], _users[0], GitWork.Fetch, None);
            Assert.True(next.IsCompleted);
            (await next).Dispose();
        }
    }

    [Fact]
    public async Task Enter_ManyAtOnce_NeverExceedsALimit()
    {
        var limiter = New(total: 5, perRepository: 3);
        var (total, most) = (0, 0);
        var here = new int[3];
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            await Task.Yield();
            using var place = await limiter.EnterAsync(_ids[i % 3], _users[0], GitWork.Fetch, None);
            InterlockedMax(ref most, Interlocked.Increment(ref total));
            Assert.True(Interlocked.Increment(ref here[i % 3]) <= 3);
            await Task.Yield();
            Interlocked.Decrement(ref here[i % 3]);
            Interlocked.Decrement(ref total);
        }));
        Assert.InRange(most, 1, 5);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    private ProcessLimiter New(
        int total, int perRepository, int waiting = 1000, int perUser = 100, int paused = 100, int pausedPerUser = 100) => new(
        Options.Create(new GitOptions
        {
            MaxProcesses = total,
            MaxProcessesPerRepository = perRepository,
            MaxProcessesPerUser = perUser,
            MaxPausedProcesses = paused,
            MaxPausedProcessesPerUser = pausedPerUser,
            MaxWaiting = waiting,
        }), _time);
}
