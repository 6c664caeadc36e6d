namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>
/// The ways in which deliveries of one webhook wait. Each lane has one attempt under way at most, and none waits for another.
/// The numbers are stored.
/// </summary>
internal enum Lane
{
    /// <summary>What a user asked for: sent at once, whatever state the webhook is in.</summary>
    Manual = 0,

    /// <summary>Not tried yet: in order. While the breaker is open, the probes.</summary>
    Fresh = 1,

    /// <summary>Failed before: each at its own time.</summary>
    Retry = 2,

    /// <summary>No deliveries yet: events that are still in the journal.</summary>
    Journal = 3,
}
