using System.Net;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Ssh.Protocol.Connections;

internal sealed partial class SshConnection
{
    [LoggerMessage(1, LogLevel.Warning, "Connection {Id} from {Peer} dropped: {Reason} in phase {Phase}. {Text}")]
    private partial void LogDropped(long id, IPEndPoint peer, DropReason reason, SshPhase phase, string text);

    [LoggerMessage(2, LogLevel.Information, "Connection {Id} from {Peer}: {Identity} logged in.")]
    private partial void LogLogin(long id, IPEndPoint peer, string identity);

    [LoggerMessage(3, LogLevel.Debug, "Connection {Id} from {Peer} was ended by the peer ({Exception}).")]
    private partial void LogGone(long id, IPEndPoint peer, string exception);

    [LoggerMessage(4, LogLevel.Error, "Connection {Id} from {Peer} failed.")]
    private partial void LogFault(long id, IPEndPoint peer, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Connection {Id} from {Peer}: a channel is closed because the client takes nothing.")]
    private partial void LogChannelStalled(long id, IPEndPoint peer);

    [LoggerMessage(6, LogLevel.Debug, "Connection {Id} from {Peer} ended.")]
    private partial void LogEnded(long id, IPEndPoint peer);
}
