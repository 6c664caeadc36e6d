using Granary.Frontends.GitProtocol;

namespace Granary.Silo.Hosting;

/// <summary>On SIGTERM or Ctrl-C: running clones and pushes end, new ones are refused, and only then do listeners and silo stop.</summary>
internal sealed partial class DrainService(RequestDrain drain, GranaryOptions options, TimeProvider time, ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drained = drain.DrainAsync();
        if (drained.IsCompleted) return;
        LogDraining(options.DrainTimeout);
        try
        {
            await drained.WaitAsync(options.DrainTimeout, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogDrainTimedOut();
            drain.BreakOff();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: running clones and pushes may end within {DrainTimeout}, new ones are refused.")]
    private partial void LogDraining(TimeSpan drainTimeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Some clones or pushes did not end in time and are broken off.")]
    private partial void LogDrainTimedOut();
}
