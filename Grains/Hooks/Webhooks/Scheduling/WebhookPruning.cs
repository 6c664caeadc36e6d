using Granary.Grains.Hooks.Webhooks.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>Cuts the delivery log to its bounds from time to time.</summary>
internal sealed partial class WebhookPruning(WebhookFile file, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookPruning> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>So that no write of anybody else waits long.</summary>
    private const int Batch = 500;

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(WebhookPruning),
        ServiceLifecycleStage.Active + 1,
        _ =>
        {
            _running = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _running;
        });

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(options.Value.PrunePeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await PruneAsync();
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task PruneAsync()
    {
        try
        {
            var limit = time.GetUtcNow() - options.Value.LogAge;
            while (await file.WriteAsync(session => session.Removals.RemoveAged(limit, Batch)) && !_stop.IsCancellationRequested)
            {
                // The next ones.
            }

            await file.WriteAsync(session => session.Removals.RemoveSurplus(options.Value.MaxLogged));
        }
#pragma warning disable CA1031 // The next time tries again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The log of webhook deliveries could not be cut to its bounds; the next time tries again.")]
    private partial void LogFailed(Exception exception);
}
