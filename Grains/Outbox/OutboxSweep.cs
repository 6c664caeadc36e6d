using Granary.Grains.Git;
using Granary.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Outbox;

/// <summary>
/// Goes through the markers when the silo has started, and again from time to time: exactly the repositories with events to
/// deliver are drained, whatever died. Silos that share the volume find the same markers; the grain is one.
/// </summary>
internal sealed partial class OutboxSweep(
    RepositoryLayout layout, IGrainFactory grains, IEnumerable<JobKind> kinds, IOptions<OutboxOptions> options, TimeProvider time,
    ILogger<OutboxSweep> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(OutboxSweep),
        ServiceLifecycleStage.Active + 1,
        _ =>
        {
            if (kinds.Any()) _running = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _running;
        });

    public void Dispose() => _stop.Dispose();

    /// <summary>Looks now, beside the looks from time to time; does not wait for what it finds.</summary>
    public void Begin() => _ = Task.Run(SweepAsync, CancellationToken.None);

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(options.Value.SweepPeriod, time);
        try
        {
            do
            {
                await SweepAsync();
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task SweepAsync()
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxParallel, CancellationToken = _stop.Token };
        try
        {
            await Parallel.ForEachAsync(Marked(), parallel, async (id, _) => await grains.GetGrain<IOutboxGrain>(id.Value).DrainAsync().WaitAsync(_stop.Token));
        }
#pragma warning disable CA1031 // The next sweep tries again.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(fault);
        }
    }

    private IEnumerable<RepositoryId> Marked()
    {
        if (!Directory.Exists(layout.Pending)) yield break;
        foreach (var marker in Directory.EnumerateFiles(layout.Pending))
        {
            if (RepositoryId.TryParse(Path.GetFileName(marker), out var id)) yield return id;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sweep over repositories with events to deliver was broken off; the next one goes on.")]
    private partial void LogFailed(Exception exception);
}
