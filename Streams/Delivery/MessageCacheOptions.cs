namespace Granary.Streams.Delivery;

/// <param name="CacheSize">Messages of one queue that are in memory.</param>
/// <param name="CacheSizePerStream">Of these, how many may be of one stream.</param>
/// <param name="DeliveryLimit">Failed deliveries after which a message is given up.</param>
/// <param name="MinRetryDelay">The pause after the first failed delivery; it doubles with each further one.</param>
/// <param name="MaxRetryDelay">The longest pause.</param>
internal sealed record MessageCacheOptions(
    int CacheSize, int CacheSizePerStream, int DeliveryLimit, TimeSpan MinRetryDelay, TimeSpan MaxRetryDelay);
