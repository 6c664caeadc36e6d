using System.Net;

namespace Granary.Frontends.Ssh.Protocol.Sockets;

/// <summary>
/// An address to listen at, <c>kestrel.Listen(new SshEndPoint(address), …)</c>, whose connections come from <see cref="SocketListenerFactory"/>
/// instead of Kestrel's own sockets.
/// </summary>
public sealed class SshEndPoint(IPEndPoint address) : EndPoint
{
    public IPEndPoint Address => address;

    public override string ToString() => $"ssh://{address}";
}
