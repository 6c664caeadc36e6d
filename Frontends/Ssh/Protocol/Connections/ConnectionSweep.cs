using Microsoft.Extensions.Hosting;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>Looks at the times of all connections once a second: one timer for all of them.</summary>
internal sealed class ConnectionSweep(SshConnections connections, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var connection in connections.All) connection.Tick();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
