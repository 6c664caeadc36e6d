namespace Granary.Grains.Git.Housekeeping;

/// <summary>When and how repositories are kept quick to read: section <c>Granary:Housekeeping</c>.</summary>
public sealed class HousekeepingOptions
{
    public const string Section = "Granary:Housekeeping";

    /// <summary>Whether pushes and the hour of the sweep start housekeeping. Default true; the API's call works either way.</summary>
    public bool Automatic { get; set; } = true;

    /// <summary>Repositories worked on at once on this silo. Default 1.</summary>
    public int MaxConcurrent { get; set; } = 1;

    /// <summary>Repositories that may wait for it. Default 10,000; what does not fit is found by the next sweep.</summary>
    public int MaxQueue { get; set; } = 10_000;

    /// <summary>Threads that search for deltas. Default: half of the processors.</summary>
    public int Threads { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Memory for the delta search of one thread, in bytes. Default 256 MiB.</summary>
    public long WindowMemory { get; set; } = 256L << 20;

    /// <summary>So many packs of pushes start a run. Default 20.</summary>
    public int NewPacks { get; set; } = 20;

    /// <summary>A push of so many bytes starts a run that looks at everything. Default 16 MiB.</summary>
    public long LargePush { get; set; } = 16L << 20;

    /// <summary>Up to this size everything is made into one pack; above it, packs are rolled up geometrically. Default 256 MiB.</summary>
    public long WholeSize { get; set; } = 256L << 20;

    /// <summary>Each pack has at least this many times the objects of the next smaller one. Default 2.</summary>
    public int GeometricFactor { get; set; } = 2;

    /// <summary>
    /// Objects in packs that came since bitmap and commit-graph were written, as a share of those they cover, from which on a run
    /// that a push started writes them again. Below it, new packs are only made into fewer. Default 0.1.
    /// </summary>
    public double UncoveredShare { get; set; } = 0.1;

    /// <summary>How long replaced packs stay, hidden from git processes that begin later, for those that began before. Default 1 h.</summary>
    public TimeSpan ReplacedPackGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The same for the small packs of pushes that a run made into one: there may be many a minute. Default 1 min.</summary>
    public TimeSpan RecentPackGrace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest run; git is ended then, and nothing has changed. Default 2 h.</summary>
    public TimeSpan MaxRun { get; set; } = TimeSpan.FromHours(2);

    /// <summary>When every repository is looked at, once a day, UTC. Default 03:00.</summary>
    public TimeOnly SweepAt { get; set; } = new(3, 0);
}
