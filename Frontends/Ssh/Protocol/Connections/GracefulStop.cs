using Microsoft.Extensions.Hosting;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>
/// When the host is told to stop, connections that do nothing end at once and no new one is let in, whatever else the host still
/// waits for before it closes its listeners.
/// </summary>
internal sealed class GracefulStop(IHostApplicationLifetime lifetime, SshConnections connections) : IHostedService, IDisposable
{
    private CancellationTokenRegistration _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = lifetime.ApplicationStopping.Register(connections.Stop);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
