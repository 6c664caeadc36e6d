using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.KeepAlive;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Frontends.Ssh.Protocol;

/// <summary>Serves the connections of a Kestrel endpoint: <c>listen.UseConnectionHandler&lt;SshConnectionHandler&gt;()</c>.</summary>
public sealed class SshConnectionHandler : ConnectionHandler
{
    private readonly SshServices _services;

    public SshConnectionHandler(IServiceProvider services) => _services = services.GetRequiredService<SshServices>();

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        TcpKeepAlive.Enable(connection.Features, _services.Options);
        using var served = new SshConnection(connection, _services);
        if (_services.Connections.IsStopping) served.Refuse(DropReason.Shutdown);
        else if (_services.Connections.Count >= _services.Options.MaxConnections) served.Refuse(DropReason.ConnectionLimit);
        _services.Connections.Add(served);
        if (_services.Connections.IsStopping) served.EndWhenIdle(); // It stopped in between.
        try
        {
            // Requested when the server stops; it waits for us until the drain timeout.
            var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
            await using var registration = stopping.Register(static state => ((SshConnection)state!).Drain(), served);
            await served.RunAsync();
        }
        finally
        {
            _services.Connections.Remove(served);
        }
    }
}
