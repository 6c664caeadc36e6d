namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>
/// The breaker of one webhook. Failures in a row open it; then the receiver is probed, at growing distances, and one success
/// closes it again.
/// </summary>
/// <param name="Failures">In a row.</param>
/// <param name="FailingSince">When the first of them was.</param>
/// <param name="Probes">Since it opened.</param>
/// <param name="ProbeAt">The next probe; null: closed.</param>
internal sealed record ReceiverHealth(int Failures, DateTimeOffset? FailingSince, int Probes, DateTimeOffset? ProbeAt)
{
    public static ReceiverHealth Good { get; } = new(0, null, 0, null);

    public bool IsOpen => ProbeAt is not null;

    public ReceiverHealth Failed(DateTimeOffset now, RetrySchedule schedule)
    {
        var next = this with { Failures = Failures + 1, FailingSince = FailingSince ?? now };
        return next.Failures < schedule.BreakerFailures && !IsOpen
            ? next
            : next with { Probes = Probes + 1, ProbeAt = now + schedule.ProbePause(Probes + 1) };
    }
}
