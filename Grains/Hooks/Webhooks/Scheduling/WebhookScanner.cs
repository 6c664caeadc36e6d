using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Grains.Outbox;
using Granary.Hooks.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>
/// Starts what is due, on the silo that it runs on. What is claimed has a lease: after the death of a silo another, or the same
/// one anew, takes it up when that is over.
/// </summary>
internal sealed partial class WebhookScanner(
    WebhookFile file, JournalIntake journal, WebhookSignal signal, IGrainFactory grains, PausedKinds paused, IOptionsMonitor<HookKindOptions> kinds,
    IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookScanner> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>What an attempt takes beyond its time limit, at most: to begin, and to be written down.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly WebhookOptions _options = options.Value;
    private readonly HostGate _hosts = new(kinds.Get(Webhooks.Kind).MaxLocalWorkers, options.Value.MaxPerHost);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _running = [];
    private Task _scanning = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(WebhookScanner), ServiceLifecycleStage.Active + 1, _ => StartAsync(), _ => StopAsync());

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
                if (!paused.Contains(Webhooks.Kind)) pause = await StartDueAsync();
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
        while (true)
        {
            IReadOnlyCollection<string> busy;
            int free;
            lock (_gate) (busy, free) = (_hosts.Busy(), _hosts.Free);
            if (free <= 0) return _options.PollInterval;
            var now = time.GetUtcNow();
            var due = await file.ReadAsync(session => session.Lanes.ReadDue(now, busy, free));
            List<DueLane> entered;
            lock (_gate) entered = due.FindAll(lane => _hosts.TryEnter(lane.Host));
            if (entered.Count == 0) return await UntilNextAsync(now);
            var claims = await ClaimAsync(entered, now);
            foreach (var claim in claims) Start(claim);
        }
    }

    private async Task<List<Claim>> ClaimAsync(List<DueLane> entered, DateTimeOffset now)
    {
        List<Claim> claims = [];
        try
        {
            claims = await file.WriteAsync(session => Claims.Take(session, entered, now, _options.Timeout + LeaseMargin, _options));
            return claims;
        }
        finally
        {
            lock (_gate)
            {
                foreach (var lane in entered.Where(e => !claims.Exists(c => c.Hook == e.Hook && c.Lane == e.Lane))) _hosts.Leave(lane.Host, null);
            }
        }
    }

    private async Task<TimeSpan> UntilNextAsync(DateTimeOffset now)
    {
        var next = await file.ReadAsync(session => session.Lanes.ReadNext(now));
        var wait = next is { } at ? at - now : _options.PollInterval;
        return wait < _options.PollInterval ? wait : _options.PollInterval;
    }

    private void Start(Claim claim)
    {
        var run = RunAsync(claim);
        lock (_gate) _running.Add(run);
        _ = run.ContinueWith(
            done =>
            {
                lock (_gate) _running.Remove(done);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(Claim claim)
    {
        WebhookOutcome? outcome = null;
        try
        {
            outcome = claim.Lane == Lane.Journal
                ? await journal.ReadAsync(claim, _stop.Token)
                : await grains.GetGrain<IWebhookWorker>(HookWorker.Key).AttemptAsync(claim, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops; the next one takes it up when the lease is over.
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogAttemptFailed(fault, claim.Hook);
        }
        finally
        {
            lock (_gate) _hosts.Leave(claim.Host, outcome is { } known ? known == WebhookOutcome.TimedOut : null);
            signal.Set();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Webhooks that are due could not be looked for; the next look is in a moment.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "An attempt of webhook {Webhook} could not be made or written down; it is made again.")]
    private partial void LogAttemptFailed(Exception exception, Guid webhook);
}
