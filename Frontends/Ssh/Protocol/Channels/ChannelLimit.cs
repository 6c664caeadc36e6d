namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>A limit within a connection, which ends a request or a channel and not the connection; the tag of a metric.</summary>
internal enum ChannelLimit
{
    Channels,
    Environment,
    CommandLine,

    /// <summary>The client took nothing of what a channel had for it, and the channel was closed.</summary>
    WriteStall,
}
