using Granary.Git;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// Runs housekeeping: one run at a time per repository, on all silos together by an OS lock, and a few at a time on this silo.
/// </summary>
internal sealed partial class Housekeeper(
    MaintenanceRun maintenance, HousekeepingSchedule schedule, RepositoryLayout layout, BlockingWork files, IOptions<HousekeepingOptions> options,
    TimeProvider time, ILogger<Housekeeper> logger) : IHousekeeping, IDisposable
{
    /// <summary>A look at the state takes the lock for an instant.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(1);

    private readonly HousekeepingOptions _options = options.Value;
    private readonly SemaphoreSlim _places = new(options.Value.MaxConcurrent);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<RepositoryId, Task<Outcome<MaintenanceState>>> _running = [];
    private readonly Dictionary<RepositoryId, NextRun> _next = [];

    public Task<Outcome<MaintenanceState>> RunAsync(RepositoryId repository, CancellationToken cancellationToken) =>
        KeepAsync(repository, MaintenanceScope.OnePack).WaitAsync(cancellationToken);

    /// <summary>A run that begins after this call, alone or for several callers.</summary>
    public Task<Outcome<MaintenanceState>> KeepAsync(RepositoryId repository, MaintenanceScope scope)
    {
        lock (_gate)
        {
            // What runs already may have begun before the caller's last push.
            if (!_running.TryGetValue(repository, out var running)) return Begin(repository, scope);
            if (!_next.TryGetValue(repository, out var next)) _next[repository] = next = new NextRun(AfterAsync(repository, running));
            if (next.Scope < scope) next.Scope = scope;
            return next.Run;
        }
    }

    public void Schedule(RepositoryId repository)
    {
        if (_options.Automatic) schedule.TryAdd(repository, MaintenanceScope.Everything);
    }

    public async Task<Outcome<MaintenanceState>> GetStateAsync(RepositoryId repository, CancellationToken cancellationToken)
    {
        var paths = layout.Of(repository);
        return Directory.Exists(paths.Root)
            ? await files.RunAsync(() => Look(paths)).WaitAsync(cancellationToken).ConfigureAwait(false)
            : Gone;
    }

    /// <summary>Ends running git processes; what they made is swept by the next run.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose()
    {
        _stopping.Dispose();
        _places.Dispose();
    }

    private static Refusal Gone { get; } = new(RefusalKind.NotFound, "The repository has no files.");

    private static Refusal Busy { get; } =
        new(RefusalKind.Unavailable, "Another server is keeping the repository just now; please try again later.");

    /// <summary>Called under the gate.</summary>
    private Task<Outcome<MaintenanceState>> Begin(RepositoryId repository, MaintenanceScope scope) =>
        _running[repository] = Task.Run(() => RunOneAsync(repository, scope));

    private async Task<Outcome<MaintenanceState>> AfterAsync(RepositoryId repository, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<Outcome<MaintenanceState>> own;
        lock (_gate)
        {
            // Somebody else may have come first, between the end of that run and now.
            if (_running.TryGetValue(repository, out var other)) own = AfterAsync(repository, other);
            else own = Begin(repository, Take(repository));
        }

        return await own.ConfigureAwait(false);
    }

    private async Task<Outcome<MaintenanceState>> RunOneAsync(RepositoryId repository, MaintenanceScope scope)
    {
        var entered = false;
        try
        {
            await _places.WaitAsync(_stopping.Token).ConfigureAwait(false);
            entered = true;
            return await RunAsync(repository, scope).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new Refusal(RefusalKind.Unavailable, _stopping.IsCancellationRequested
                ? "The server is stopping; please try again."
                : $"Housekeeping took longer than {_options.MaxRun} and was ended.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or GitProcessException)
        {
            LogFailed(fault, repository);
            return new Refusal(RefusalKind.Unavailable, "Housekeeping failed; the repository is as it was. The server's log says why.");
        }
        finally
        {
            if (entered) _places.Release();
            lock (_gate) _running.Remove(repository);
        }
    }

    private async Task<Outcome<MaintenanceState>> RunAsync(RepositoryId repository, MaintenanceScope scope)
    {
        var paths = layout.Of(repository);
        if (!Directory.Exists(paths.Own)) return Gone;
        using var held = await files.RunAsync(() => FileLock.TryTake(paths.MaintenanceLock, LockPatience)).ConfigureAwait(false);
        if (held is null) return Busy;
        using var bound = new CancellationTokenSource(_options.MaxRun, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, _stopping.Token);
        var began = time.GetTimestamp();
        var outcome = HousekeepingInstruments.Failed;
        HousekeepingInstruments.Began();
        try
        {
            await maintenance.RunAsync(paths, scope, both.Token).ConfigureAwait(false);
            outcome = HousekeepingInstruments.Ok;
        }
        catch (OperationCanceledException)
        {
            outcome = _stopping.IsCancellationRequested ? HousekeepingInstruments.Stopped : HousekeepingInstruments.TooLong;
            throw;
        }
        finally
        {
            var took = time.GetElapsedTime(began);
            HousekeepingInstruments.Ended(scope, outcome, took);
            LogDone(repository, (long)took.TotalMilliseconds);
        }

        return await files.RunAsync(() => Look(paths) with { IsRunning = false }).ConfigureAwait(false);
    }

    private MaintenanceScope Take(RepositoryId repository)
    {
        _next.Remove(repository, out var next);
        return next!.Scope;
    }

    private static MaintenanceState Look(RepositoryPaths paths)
    {
        var record = MaintenanceRecord.Read(paths);
        var retired = record.Retired.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        var inUse = PackFolder.List(paths).FindAll(p => !retired.Contains(p.Name));
        using var free = FileLock.TryTake(paths.MaintenanceLock, TimeSpan.Zero);
        return new MaintenanceState(
            record.LastRun, TimeSpan.FromMilliseconds(record.DurationMilliseconds), inUse.Count, record.Retired.Count,
            PackFolder.LooseObjects(paths).LongCount(), inUse.Sum(static p => p.Objects), PackFolder.SizeOnDisk(paths),
            PackFolder.HasBitmap(paths), PackFolder.HasCommitGraph(paths), free is null, record.Fault);
    }

    /// <summary>What waits for the end of a run, with the greatest scope that was asked for meanwhile.</summary>
    private sealed class NextRun(Task<Outcome<MaintenanceState>> run)
    {
        public Task<Outcome<MaintenanceState>> Run { get; } = run;

        public MaintenanceScope Scope { get; set; }
    }
}
