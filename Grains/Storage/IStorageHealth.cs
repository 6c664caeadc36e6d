namespace Granary.Grains.Storage;

/// <summary>Whether the grain storage takes writes, for the readiness check.</summary>
public interface IStorageHealth
{
    /// <summary>Makes one small durable write; throws what went wrong.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
