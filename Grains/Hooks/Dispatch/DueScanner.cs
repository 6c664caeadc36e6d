using Granary.Grains.Outbox;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Hooks.Dispatch;

/// <summary>
/// Starts what is due in a kind's due table, on the silo that it runs on. What is taken on has a lease: after the death of a silo
/// another, or the same one anew, takes it up when that is over.
/// </summary>
internal abstract partial class DueScanner(
    string kind, DueSignal signal, PausedKinds paused, TimeSpan pollInterval, TimeProvider time, ILogger logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _running = [];
    private Task _scanning = Task.CompletedTask;

    protected TimeProvider Time { get; } = time;

    protected TimeSpan PollInterval { get; } = pollInterval;

    protected int Running
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        GetType().Name, ServiceLifecycleStage.Active + 1, _ => StartAsync(), _ => StopAsync());

    public void Dispose() => _stop.Dispose();

    /// <summary>Starts as much as there are workers for; returns how long there is nothing more to do unless something ends.</summary>
    protected abstract Task<TimeSpan> StartDueAsync();

    /// <param name="what">Named in the log when it fails.</param>
    /// <param name="run">Its end, whatever it is, wakes the scanner; when the silo stops the next one takes it up after its lease.</param>
    protected void Start(string what, Func<CancellationToken, Task> run)
    {
        // On a thread of its own, so that what is started is among those that run before it can end.
        var started = Task.Run(() => RunAsync(what, run), CancellationToken.None);
        lock (_gate) _running.Add(started);
        _ = started.ContinueWith(
            done =>
            {
                lock (_gate) _running.Remove(done);
                signal.Set();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>How long to wait for something that is due then.</summary>
    protected TimeSpan Until(DateTimeOffset? next, DateTimeOffset now) => next is { } at && at - now < PollInterval ? at - now : PollInterval;

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
            var pause = PollInterval;
            try
            {
                if (!paused.Contains(kind)) pause = await StartDueAsync();
            }
#pragma warning disable CA1031 // The next look tries again.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(logger, fault, kind);
                pause = PauseAfterFault;
            }

            try
            {
                await signal.WaitAsync(pause, Time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task RunAsync(string what, Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogRunFailed(logger, fault, kind, what);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "What is due of '{Kind}' could not be looked for; the next look is in a moment.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string kind);

    [LoggerMessage(2, LogLevel.Warning, "A run of '{Kind}' for {What} could not be made or written down; it is made again.")]
    private static partial void LogRunFailed(ILogger logger, Exception exception, string kind, string what);
}
