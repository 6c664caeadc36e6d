namespace Granary.Streams.Delivery;

/// <summary>A message in memory, until its consumers are done with it.</summary>
internal sealed class CachedMessage(ICachedBatch batch, int attempts)
{
    public ICachedBatch Batch { get; } = batch;

    public long Id => Batch.Id;

    /// <summary>Failed deliveries.</summary>
    public int Attempts { get; set; } = attempts;

    /// <summary>Not delivered before.</summary>
    public DateTimeOffset HeldUntil { get; set; }

    /// <summary>Given up: it is no longer acknowledged but a dead letter.</summary>
    public bool IsDead { get; set; }
}
