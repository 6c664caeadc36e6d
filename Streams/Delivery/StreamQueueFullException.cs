namespace Granary.Streams.Delivery;

/// <summary>The queue is as long as it may be; nothing was published. The same may succeed later.</summary>
public sealed class StreamQueueFullException(string queue, int length)
    : Exception("The stream's queue is full; publish again later.")
{
    public string Queue { get; } = queue;

    public int Length { get; } = length;
}
