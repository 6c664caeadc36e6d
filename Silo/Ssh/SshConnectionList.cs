using Granary.Frontends.Rpc.Server;
using Granary.Frontends.Ssh.Protocol.Connections;
using SshConnectionInfo = Granary.Frontends.Rpc.Server.SshConnectionInfo;

namespace Granary.Silo.Ssh;

/// <summary>The SSH server's connections as the API shows them.</summary>
internal sealed class SshConnectionList(SshConnections connections, TimeProvider time) : ISshConnectionList
{
    public IReadOnlyList<SshConnectionInfo> List()
    {
        var now = time.GetUtcNow();
        return
        [
            .. connections.List().Select(c => new SshConnectionInfo(
                c.Peer, c.Phase.ToString().ToLowerInvariant(), c.Identity, now - c.Age, c.BytesReceived, c.BytesSent, c.Channels)),
        ];
    }
}
