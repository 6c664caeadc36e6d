using Granary.Streams.Delivery;

namespace Granary.Streams.Embedded;

/// <summary>One embedded stream provider. Several may share a file; their queues and caches are their own.</summary>
public sealed class EmbeddedStreamsOptions
{
    /// <summary>The database file; its folder must exist. No default.</summary>
    public string Path { get; set; } = "";

    /// <summary>Queues, each read by one agent somewhere in the cluster. Default 4. Messages in a queue beyond a lowered number wait until it is raised again.</summary>
    public int Queues { get; set; } = 4;

    /// <summary>Messages of one queue that are in memory, delivered or about to be. Default 1024.</summary>
    public int CacheSize { get; set; } = 1024;

    /// <summary>Of these, how many may be of one stream, so that a slow or failing stream leaves room for others. Default 32.</summary>
    public int CacheSizePerStream { get; set; } = 32;

    /// <summary>Undelivered messages of one queue; one more is refused. Default 100,000.</summary>
    public int MaxQueueLength { get; set; } = 100_000;

    /// <summary>The largest serialised message in bytes; a larger one is refused. Default 64 MiB.</summary>
    public int MaxMessageSize { get; set; } = 64 << 20;

    /// <summary>Failed deliveries after which a message becomes a dead letter. Default 20: about a quarter of an hour.</summary>
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>The pause after the first failed delivery; it doubles with each further one. Default 100 ms.</summary>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two deliveries of a message. Default 1 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a queue is looked at unasked: finds what another process put there. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait for another process that holds the write lock of the file. Default 5 s.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Stands before the names of settings in faults that are found. Default: the provider's name.</summary>
    public string SettingsPath { get; set; } = "";

    internal MessageCacheOptions Cache => new(CacheSize, CacheSizePerStream, DeliveryLimit, MinRetryDelay, MaxRetryDelay);
}
