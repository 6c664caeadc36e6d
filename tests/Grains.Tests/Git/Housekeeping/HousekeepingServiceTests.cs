using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Outbox;
using Granary.Grains.Posix;
using Granary.Grains.Projects;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Tests.Git.Housekeeping;

public sealed class HousekeepingServiceTests : IAsyncLifetime
{
    private readonly KeptRepository _kept = new();
    private readonly BlockingWork _files = new(1);
    private readonly HousekeepingSchedule _schedule;
    private readonly HousekeepingService _service;

    public HousekeepingServiceTests()
    {
        var options = Options.Create(_kept.Options);
        _kept.Options.LargePush = 1000;

        // The clock runs many times too fast for a run.
        _kept.Options.MaxRun = TimeSpan.FromDays(7);
        _schedule = new HousekeepingSchedule(options);

        // Nothing was deleted here, so no grain is asked.
        var deleted = new DeletedRepositories(
            null!, _kept.Repository.Layout, _files, Options.Create(new ProjectOptions()), _kept.Time, NullLogger<DeletedRepositories>.Instance);
        _service = new HousekeepingService(
            _kept.Housekeeper, _schedule, deleted, new JournalSweep([new JobKind("job")], Options.Create(new OutboxOptions()), _kept.Time),
            _kept.Repository.Layout, _files, options, _kept.Time, NullLogger<HousekeepingService>.Instance);
    }

    public async ValueTask InitializeAsync() => await _service.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        _service.Dispose();
        _kept.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task LargePush_StartsARun_AndReplacedPacksGoByThemselves()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(5);
        _schedule.PackReceived(_kept.Id, 999);
        _schedule.PackReceived(_kept.Id, 1000);
        await Wait.UntilAsync(() => State() is { Packs: 1, ReplacedPacks: 3, IsRunning: false });
        await AdvanceUntilAsync(_kept.Options.ReplacedPackGrace / 20, () => State() is { Packs: 1, ReplacedPacks: 0, IsRunning: false });
        Assert.Single(_kept.Packs);
    }

    [Fact]
    public async Task HourOfTheSweep_KeepsWhatNobodyAskedFor()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(5);
        await AdvanceUntilAsync(TimeSpan.FromHours(1), () => State() is { Packs: 1, HasBitmap: true });
    }

    [Fact]
    public async Task HourOfTheSweep_JournalOfAQuietRepository_IsPrunedByAge()
    {
        var paths = _kept.Repository.Paths;
        var segments = Enumerable.Range(0, 4).Select(i => Path.Combine(paths.Journal, $"{1 + (i * 10):D16}.log")).ToList();
        foreach (var segment in segments)
        {
            await File.WriteAllTextAsync(segment, "");
            File.SetLastWriteTimeUtc(segment, _kept.Time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(31));
        }

        // The second one's events are not all delivered; the last two stay whatever their age.
        DeliveredFile.Write(paths, new Dictionary<string, long> { ["job"] = 15 });
        await AdvanceUntilAsync(TimeSpan.FromHours(1), () => !File.Exists(segments[0]));
        Assert.Equal(segments[1..], Directory.GetFiles(paths.Journal).Order(StringComparer.Ordinal));
        DeliveredFile.Write(paths, new Dictionary<string, long> { ["job"] = 40 });
        await AdvanceUntilAsync(TimeSpan.FromHours(1), () => !File.Exists(segments[1]));
        Assert.Equal(segments[2..], Directory.GetFiles(paths.Journal).Order(StringComparer.Ordinal));
    }

    private Granary.Git.MaintenanceState State() =>
        _kept.Housekeeper.GetStateAsync(_kept.Id, CancellationToken.None).GetAwaiter().GetResult().Value!;

    private Task AdvanceUntilAsync(TimeSpan step, Func<bool> condition) => Wait.UntilAsync(() =>
    {
        if (condition()) return true;
        _kept.Time.Advance(step);
        return false;
    });
}
