namespace Granary.Grains.Outbox;

/// <summary>How accepted pushes get from the journals to the jobs: section <c>Granary:Outbox</c>.</summary>
public sealed class OutboxOptions
{
    public const string Section = "Granary:Outbox";

    /// <summary>Repositories whose journals are read and published at once on this silo. Default 16.</summary>
    public int MaxParallel { get; set; } = 16;

    /// <summary>Events published together. Default 100.</summary>
    public int MaxBatch { get; set; } = 100;

    /// <summary>The pause after a publishing that failed; it doubles with each further one. Default 200 ms.</summary>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two tries to publish. Default 30 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the markers of repositories with undelivered events are looked through. Default 30 s; the first time at the start.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a repository must have nothing to deliver before its marker is removed. Default 1 min: a busy one keeps it.</summary>
    public TimeSpan MarkerLinger { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long delivered events stay in a journal, at least. Default 30 days.</summary>
    public TimeSpan JournalAge { get; set; } = TimeSpan.FromDays(30);
}
