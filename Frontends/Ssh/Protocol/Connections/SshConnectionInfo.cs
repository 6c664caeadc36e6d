using System.Net;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>A line of <c>granary ssh connections</c>.</summary>
/// <param name="Id">Unique in this process.</param>
/// <param name="Peer">The client; behind a balancer that of the PROXY header.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Identity">Who logged in.</param>
/// <param name="Age">Since the connection was accepted.</param>
/// <param name="BytesReceived">Of packets, with their framing.</param>
/// <param name="BytesSent">Of packets, with their framing.</param>
/// <param name="Channels">Open now.</param>
public sealed record SshConnectionInfo(
    long Id, IPEndPoint Peer, SshPhase Phase, string? Identity, TimeSpan Age, long BytesReceived, long BytesSent, int Channels);
