namespace Granary.Frontends.Ssh.Protocol;

/// <summary>Limits of the SSH server: section <c>Granary:Ssh</c>. Address and port are the host's part of it.</summary>
public sealed class SshOptions
{
    public const string Section = "Granary:Ssh";

    /// <summary>The folder of the host keys, which are made at the first start. The host sets a default.</summary>
    public string HostKeyPath { get; set; } = "";

    /// <summary>Which algorithms are offered. Default <see cref="SshProfile.Compatible"/>.</summary>
    public SshProfile Profile { get; set; } = SshProfile.Compatible;

    /// <summary>Connections at once, of any phase. Default 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Connections that are not logged in at which some are dropped at random. Default 200.</summary>
    public int StartupsBegin { get; set; } = 200;

    /// <summary>The share dropped there, in percent; it grows linearly to all. Default 30.</summary>
    public int StartupsRate { get; set; } = 30;

    /// <summary>Connections that are not logged in at which every further one is dropped. Default 1,000.</summary>
    public int StartupsFull { get; set; } = 1_000;

    /// <summary>Connections that are not logged in from one IPv4 address or IPv6 /64. Default 100.</summary>
    public int StartupsPerAddress { get; set; } = 100;

    /// <summary>Time from the connection to the client's version line. Default 10 s.</summary>
    public TimeSpan VersionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from the connection to the login, whatever the client sends meanwhile. Default 30 s.</summary>
    public TimeSpan LoginGraceTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Key exchanges computed at once; 0 for two a processor. Default 0.</summary>
    public int MaxKeyExchanges { get; set; }

    /// <summary>Login requests of one connection. Default 20.</summary>
    public int MaxLoginRequests { get; set; } = 20;

    /// <summary>Signatures of one connection that may be refused. Default 6.</summary>
    public int MaxFailedSignatures { get; set; } = 6;

    /// <summary>Channels of one connection at once. Default 10.</summary>
    public int MaxChannels { get; set; } = 10;

    /// <summary>Environment variables of one channel. Default 8.</summary>
    public int MaxEnvironmentVariables { get; set; } = 8;

    /// <summary>Octets of one environment variable, name and value. Default 256.</summary>
    public int MaxEnvironmentSize { get; set; } = 256;

    /// <summary>Octets of a command line. Default 8 KiB.</summary>
    public int MaxCommandLine { get; set; } = 8 << 10;

    /// <summary>How long a client may take nothing of what waits for it. Default 2 min.</summary>
    public TimeSpan WriteStallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence of a logged-in client after which it is asked for a sign of life. Default 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Questions that may stay without an answer. Default 3.</summary>
    public int KeepAliveMisses { get; set; } = 3;

    /// <summary>Silence after which TCP itself probes the peer. Default 60 s.</summary>
    public TimeSpan TcpKeepAliveTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between TCP's probes. Default 15 s.</summary>
    public TimeSpan TcpKeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>TCP's probes before the connection counts as lost. Default 4.</summary>
    public int TcpKeepAliveRetries { get; set; } = 4;

    /// <summary>Octets in one direction after which new keys are agreed on. Default 32 GiB.</summary>
    public long RekeyBytes { get; set; } = 32L << 30;

    /// <summary>Packets in one direction after which new keys are agreed on. Default 2^31.</summary>
    public long RekeyPackets { get; set; } = 1L << 31;

    /// <summary>The longest key exchange. Default 1 min.</summary>
    public TimeSpan RekeyTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What a client may send ahead on a new channel, in octets. Default 256 KiB.</summary>
    public int InitialWindow { get; set; } = 256 << 10;

    /// <summary>What it may come to while the command keeps up with the client. Default 8 MiB.</summary>
    public int MaxWindow { get; set; } = 8 << 20;

    /// <summary>What all channels together may have beyond <see cref="InitialWindow"/>. Default 256 MiB.</summary>
    public long WindowBudget { get; set; } = 256L << 20;

    /// <summary>
    /// Addresses or networks (CIDR) of balancers, whose connections must begin with a PROXY protocol header of version 2.
    /// Default: none, which switches it off.
    /// </summary>
    public IList<string> ProxyNetworks { get; } = [];
}
