using Granary.Grains.Outbox;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>Works off what waits for housekeeping, and once a day looks at every repository of the volume.</summary>
internal sealed partial class HousekeepingService(
    Housekeeper housekeeper, HousekeepingSchedule schedule, DeletedRepositories deleted, JournalSweep journals, RepositoryLayout layout,
    [FromKeyedServices(BlockingWork.Background)] BlockingWork files, IOptions<HousekeepingOptions> options, TimeProvider time, ILogger<HousekeepingService> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    private readonly HousekeepingOptions _options = options.Value;
    private readonly Lock _gate = new();

    /// <summary>When the first of a repository's replaced packs can go.</summary>
    private readonly Dictionary<RepositoryId, DateTimeOffset> _expiries = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var workers = Enumerable.Range(0, _options.MaxConcurrent).Select(_ => WorkAsync(stoppingToken));
        return Task.WhenAll(_options.Automatic ? workers.Append(TickAsync(stoppingToken)) : workers);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        housekeeper.Stop();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (repository, scope) = await schedule.TakeAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await housekeeper.KeepAsync(repository, scope).WaitAsync(cancellationToken).ConfigureAwait(false);
                Later(repository);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                LogLookFailed(fault);
            }
        }
    }

    private void Later(RepositoryId repository)
    {
        var retired = MaintenanceRecord.Read(layout.Of(repository)).Retired;
        if (retired.Count == 0) return;
        lock (_gate)
        {
            if (_expiries.Count < _options.MaxQueue) _expiries[repository] = retired.Min(static p => p.Until);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var next = NextSweep();
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var repository in TakeDue()) schedule.TryAdd(repository, MaintenanceScope.Expiry);
            if (time.GetUtcNow() < next) continue;
            next = NextSweep();
            try
            {
                await SweepAsync(cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever went wrong, the next sweep is tomorrow.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogSweepFailed(fault);
            }
        }
    }

    private DateTimeOffset NextSweep()
    {
        var now = time.GetUtcNow();
        var today = new DateTimeOffset(DateOnly.FromDateTime(now.UtcDateTime).ToDateTime(_options.SweepAt), TimeSpan.Zero);
        return today > now ? today : today.AddDays(1);
    }

    private List<RepositoryId> TakeDue()
    {
        lock (_gate)
        {
            var due = _expiries.Where(e => e.Value <= time.GetUtcNow()).Select(static e => e.Key).ToList();
            foreach (var repository in due) _expiries.Remove(repository);
            return due;
        }
    }

    private bool Prune(RepositoryPaths paths)
    {
        try
        {
            journals.Prune(paths);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The other repositories do not wait for it.
            LogLookFailed(fault);
            return false;
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        LogSweepBegins();
        var removed = await deleted.RemoveExpiredAsync(cancellationToken).ConfigureAwait(false);
        var (looked, waiting) = (0, 0);
        foreach (var repository in layout.EnumerateRepositories())
        {
            looked++;
            await files.RunAsync(() => Prune(layout.Of(repository))).ConfigureAwait(false);
            if (!MaintenanceNeed.IsAny(layout.Of(repository), time.GetUtcNow())) continue;
            waiting++;
            await schedule.AddAsync(repository, MaintenanceScope.Everything, cancellationToken).ConfigureAwait(false);
        }

        LogSwept(looked, waiting, removed);
    }
}
