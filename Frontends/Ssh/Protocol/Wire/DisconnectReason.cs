namespace Granary.Frontends.Ssh.Protocol.Wire;

/// <summary>Reason codes of SSH_MSG_DISCONNECT, https://www.rfc-editor.org/rfc/rfc4253#section-11.1</summary>
internal enum DisconnectReason
{
    ProtocolError = 2,
    KeyExchangeFailed = 3,
    MacError = 5,
    ServiceNotAvailable = 7,
    VersionNotSupported = 8,
    ConnectionLost = 10,
    ByApplication = 11,
    TooManyConnections = 12,
    NoMoreAuthenticationMethods = 14,
}
