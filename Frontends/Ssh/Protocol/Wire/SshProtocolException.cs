namespace Granary.Frontends.Ssh.Protocol.Wire;

/// <summary>The peer broke a rule of the protocol or of ours. The message is sent to the peer: it holds nothing that differs by user.</summary>
internal sealed class SshProtocolException(DisconnectReason reason, string message) : Exception(message)
{
    public DisconnectReason Reason { get; } = reason;

    public static SshProtocolException Protocol(string message) => new(DisconnectReason.ProtocolError, message);

    public static SshProtocolException KeyExchange(string message) => new(DisconnectReason.KeyExchangeFailed, message);
}
