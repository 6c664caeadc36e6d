using Granary.Grains.Hooks.Commits.Storage;
using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Outbox;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>
/// Starts what is due, on the silo that it runs on. What is taken on has a lease: after the death of a silo another, or the same one
/// anew, takes it up when that is over.
/// </summary>
internal sealed partial class CommitScanner(
    CommitFile file, CommitSignal signal, IGrainFactory grains, PausedKinds paused, IOptionsMonitor<HookKindOptions> kinds,
    IOptions<CommitOptions> options, TimeProvider time, ILogger<CommitScanner> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly CommitOptions _options = options.Value;
    private readonly int _most = kinds.Get(CommitRegister.Kind).MaxLocalWorkers;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _running = [];
    private Task _scanning = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(CommitScanner), ServiceLifecycleStage.Active + 1, _ => StartAsync(), _ => StopAsync());

    public void Dispose() => _stop.Dispose();

    private Task StartAsync()
    {
        _scanning = Task.Run(ScanAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _scanning;
        Task[] running;
        lock (_gate) running = [.. _running];
        await Task.WhenAll(running);
    }

    private async Task ScanAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var pause = _options.PollInterval;
            try
            {
                if (!paused.Contains(CommitRegister.Kind)) pause = await StartDueAsync();
            }
#pragma warning disable CA1031 // The next look tries again.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(fault);
                pause = PauseAfterFault;
            }

            try
            {
                await signal.WaitAsync(pause, time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Starts as much as there are workers for; returns how long there is nothing more to do unless something ends.</summary>
    private async Task<TimeSpan> StartDueAsync()
    {
        int free;
        lock (_gate) free = _most - _running.Count;
        var now = time.GetUtcNow();
        var (waiting, next) = await file.ReadAsync(session => (session.Registrations.CountDue(), session.Registrations.ReadNext(now)));
        CommitInstruments.Waiting(waiting);
        if (free <= 0 || waiting == 0) return _options.PollInterval;
        foreach (var claim in await file.WriteAsync(session => session.Registrations.Take(now, now + _options.LeaseTime, free))) Start(claim);
        return next is { } at && at - now < _options.PollInterval ? at - now : _options.PollInterval;
    }

    private void Start(RegistrationClaim claim)
    {
        // On a thread of its own, so that what is started is among those that run before it can end.
        var run = Task.Run(() => RunAsync(claim), CancellationToken.None);
        lock (_gate) _running.Add(run);
        _ = run.ContinueWith(
            done =>
            {
                lock (_gate) _running.Remove(done);
                signal.Set();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task RunAsync(RegistrationClaim claim)
    {
        try
        {
            await grains.GetGrain<ICommitWorker>(HookWorker.Key).RegisterAsync(claim, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops; the next one takes it up when the lease is over.
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogRunFailed(fault, claim.Repository.ToString());
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Repositories with commits to be registered could not be looked for; the next look is in a moment.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "A run for repository {Repository} could not be made or written down; it is made again.")]
    private partial void LogRunFailed(Exception exception, string repository);
}
