using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Granary.Frontends.Ssh.Protocol.Sockets;

/// <summary>
/// Sockets made for streams: Kestrel's own read 4 KiB at a time and hand each piece from thread to thread, which costs an upload
/// more than its decryption.
/// </summary>
internal sealed class SocketListenerFactory(TimeProvider time) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is SshEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(SocketListener.Bind(((SshEndPoint)endpoint).Address, time));
}
