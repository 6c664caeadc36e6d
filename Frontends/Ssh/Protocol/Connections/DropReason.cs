namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>Why the server ended a connection; the tag of a metric.</summary>
internal enum DropReason
{
    ConnectionLimit,
    StartupLimit,
    AddressLimit,
    ProxyHeader,
    VersionTimeout,
    LoginGraceTime,
    KeyExchange,
    KeyExchangeTimeout,
    Integrity,
    Protocol,
    Login,
    WriteStall,
    KeepAlive,
    Shutdown,
    Fault,
}
