using Granary.Grains.Git.Housekeeping;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Tests.Git.Housekeeping;

public sealed class HousekeepingScheduleTests
{
    private readonly HousekeepingOptions _options = new() { NewPacks = 3, LargePush = 1000, MaxQueue = 2 };
    private readonly RepositoryId _id = RepositoryId.New();

    [Fact]
    public async Task PackReceived_EverySoManyAndEachLargeOne_AsksOnce()
    {
        var schedule = new HousekeepingSchedule(Options.Create(_options));
        schedule.PackReceived(_id, 10);
        schedule.PackReceived(_id, 10);
        Assert.False(IsReady(schedule));
        schedule.PackReceived(_id, 10);
        Assert.Equal((_id, MaintenanceScope.Recent), await schedule.TakeAsync(CancellationToken.None));
        schedule.PackReceived(_id, 1000);
        schedule.PackReceived(_id, 1000);
        Assert.Equal((_id, MaintenanceScope.Everything), await schedule.TakeAsync(CancellationToken.None));
        Assert.False(IsReady(schedule));
    }

    [Fact]
    public void PackReceived_NotAutomatic_AsksForNothing()
    {
        _options.Automatic = false;
        var schedule = new HousekeepingSchedule(Options.Create(_options));
        schedule.PackReceived(_id, 5000);
        Assert.False(IsReady(schedule));
    }

    [Fact]
    public async Task TryAdd_QueueFull_TheRestCanBeAddedLater()
    {
        var schedule = new HousekeepingSchedule(Options.Create(_options));
        RepositoryId[] ids = [RepositoryId.New(), RepositoryId.New(), RepositoryId.New()];
        foreach (var id in ids) schedule.TryAdd(id, MaintenanceScope.Recent);
        Assert.Equal(ids[0], (await schedule.TakeAsync(CancellationToken.None)).Repository);
        schedule.TryAdd(ids[2], MaintenanceScope.Recent);
        Assert.Equal(ids[1], (await schedule.TakeAsync(CancellationToken.None)).Repository);
        Assert.Equal(ids[2], (await schedule.TakeAsync(CancellationToken.None)).Repository);
    }

    [Fact]
    public async Task TryAdd_WaitsAlready_TheGreaterScopeIsDone()
    {
        var schedule = new HousekeepingSchedule(Options.Create(_options));
        foreach (var scope in (MaintenanceScope[])[MaintenanceScope.Recent, MaintenanceScope.Everything, MaintenanceScope.Expiry]) schedule.TryAdd(_id, scope);
        Assert.Equal((_id, MaintenanceScope.Everything), await schedule.TakeAsync(CancellationToken.None));
        Assert.False(IsReady(schedule));
    }

    private static bool IsReady(HousekeepingSchedule schedule)
    {
        using var cancel = new CancellationTokenSource();
        var task = schedule.TakeAsync(cancel.Token);
        if (task.IsCompleted) return true;
        cancel.Cancel();
        return false;
    }
}
