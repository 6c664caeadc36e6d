using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.Messages;

namespace Granary.Streams.RabbitMq;

/// <summary>One stream provider on RabbitMQ (3.10 or later). Providers with the same broker share its connections; their queues are their own.</summary>
public sealed class RabbitMqStreamsOptions
{
    /// <summary>Nodes of one broker, <c>host</c> or <c>host:port</c>; tried in random order. Default <c>localhost</c>.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Default <c>/</c>.</summary>
    public string VirtualHost { get; set; } = "/";

    /// <summary>Default <c>guest</c>, whom a broker lets in over loopback only.</summary>
    public string UserName { get; set; } = "guest";

    /// <summary>Default <c>guest</c>.</summary>
    public string Password { get; set; } = "guest";

    /// <summary>A file with the password in its first line, read at each connection; used instead of <see cref="Password"/>. Default: none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>TLS to the broker.</summary>
    public RabbitMqTlsOptions Tls { get; set; } = new();

    /// <summary>The topic exchange that messages are published to, and the first part of the names of all queues. Default <c>streams</c>.</summary>
    public string Exchange { get; set; } = "streams";

    /// <summary>Queues, each read by one agent somewhere in the cluster. Default 4. Messages in a queue beyond a lowered number wait until it is raised again.</summary>
    public int Queues { get; set; } = 4;

    /// <summary>Messages of one queue that are in memory and not acknowledged. Default 1000. A stream that hangs with as many stops its queue.</summary>
    public int Prefetch { get; set; } = 1000;

    /// <summary>Messages waiting in one queue; when it is longer the broker refuses more, soon after. Default 100,000.</summary>
    public int MaxQueueLength { get; set; } = 100_000;

    /// <summary>The largest body in bytes; a larger one is refused, and a dead letter when somebody else published it. Default 16 MiB, as the broker's.</summary>
    public int MaxMessageSize { get; set; } = 16 << 20;

    /// <summary>Failed deliveries after which a message becomes a dead letter; counted anew after a restart. Default 20: about a quarter of an hour.</summary>
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>The pause after the first failed delivery; it doubles with each further one. Default 100 ms.</summary>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two deliveries of a message. Default 1 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often the broker hands out a message whose reader was cut off, before it makes it a dead letter: ends what kills its
    /// reader each time. Whatever else that reader had in memory is counted too. Default 100.
    /// </summary>
    public int RedeliveryLimit { get; set; } = 100;

    /// <summary>How long to try to connect. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause between two tries to connect. Default 1 s.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the broker may take to confirm a message. Default 30 s.</summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection is given up when nothing came over it for twice as long. Default 30 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the broker is asked for the lengths of the queues, for the metric. Default 5 s.</summary>
    public TimeSpan LagPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Stands before the names of settings in faults that are found. Default: the provider's name.</summary>
    public string SettingsPath { get; set; } = "";

    /// <summary>What the messages are.</summary>
    public StreamMessageTypes Messages { get; } = new();

    internal MessageCacheOptions Cache => new(Prefetch, Prefetch, DeliveryLimit, MinRetryDelay, MaxRetryDelay);
}
