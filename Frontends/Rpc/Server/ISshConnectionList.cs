using System.Net;

namespace Granary.Frontends.Rpc.Server;

/// <summary>The SSH connections of this silo; the silo wires it to its SSH server.</summary>
public interface ISshConnectionList
{
    IReadOnlyList<SshConnectionInfo> List();
}

/// <summary>One connection as it is now.</summary>
/// <param name="Peer">The client.</param>
/// <param name="Phase">How far it has come, in lower case.</param>
/// <param name="Name">Whose it is; null before the login.</param>
/// <param name="ConnectedAt">When it came.</param>
/// <param name="BytesReceived">On the wire so far.</param>
/// <param name="BytesSent">On the wire so far.</param>
/// <param name="Channels">Open channels.</param>
public sealed record SshConnectionInfo(
    IPEndPoint Peer, string Phase, string? Name, DateTimeOffset ConnectedAt, long BytesReceived, long BytesSent, int Channels);
