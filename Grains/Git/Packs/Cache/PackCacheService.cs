using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Removes at the start what another process left, and from time to time what nobody may get any more.</summary>
internal sealed partial class PackCacheService(
    AnswerStore store, RepositoryLayout layout, IOptions<PackCacheOptions> options, TimeProvider time, ILogger<PackCacheService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepPeriod, time);
        await RunAsync(store.RemoveLeftovers).ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            await RunAsync(() => store.Sweep(id => Directory.Exists(layout.Of(id).Root))).ConfigureAwait(false);
    }

    private async Task RunAsync(Action work)
    {
        try
        {
            await store.Threads.RunAsync(() =>
            {
                work();
                return true;
            }).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogSweepFailed(fault);
        }
    }
}
