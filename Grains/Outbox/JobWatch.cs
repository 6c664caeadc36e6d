namespace Granary.Grains.Outbox;

/// <summary>What this silo knows of the kinds of jobs, and the switch that holds one up.</summary>
public sealed class JobWatch
{
    private readonly PausedKinds _paused;
    private readonly OutboxSweep _sweep;
    private readonly OutboxLag _lag;

    internal JobWatch(IEnumerable<JobKind> kinds, PausedKinds paused, OutboxSweep sweep, OutboxLag lag)
    {
        Kinds = [.. kinds.Select(static k => k.Name).Order(StringComparer.Ordinal)];
        (_paused, _sweep, _lag) = (paused, sweep, lag);
        foreach (var kind in Kinds) JobInstruments.Watch(kind, () => paused.Contains(kind));
    }

    /// <summary>Their names, sorted.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>Accepted pushes that some kind has yet to get, and how long the oldest has waited.</summary>
    public (long Events, TimeSpan Age) Undelivered => (_lag.Events, _lag.Age);

    public bool IsPaused(string kind) => _paused.Contains(kind);

    public static (long Running, long Succeeded, long Failed) CountsOf(string kind)
    {
        var counts = JobInstruments.Of(kind);
        return (counts.Running, counts.Succeeded, counts.Failed);
    }

    public void Pause(string kind) => _paused.Add(kind);

    /// <summary>What waited is brought at once.</summary>
    public void Resume(string kind)
    {
        _paused.Remove(kind);
        _sweep.Begin();
    }
}
