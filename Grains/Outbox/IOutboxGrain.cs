using Orleans.Concurrency;

namespace Granary.Grains.Outbox;

/// <summary>
/// Drains one repository's journal into the queues; keyed by the repository's id. Being one activation it is the one writer
/// of the cursor, as a rule; two at once do no harm.
/// </summary>
[Alias("granary.IOutboxGrain"), GrainInterfaceType("granary.outbox")]
internal interface IOutboxGrain : IGrainWithGuidKey
{
    /// <summary>There is news. Nobody waits for what comes of it.</summary>
    [OneWay, AlwaysInterleave, Alias("Notify")]
    Task NotifyAsync();

    /// <summary>As <see cref="NotifyAsync"/>, answered when a first try was made: for a sweep over many.</summary>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("Drain")]
    Task DrainAsync();

    /// <summary>The repository is gone for good: nothing of it is tried again or counted.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
