namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Settings of the pack cache: section <c>Granary:PackCache</c>.</summary>
public sealed class PackCacheOptions
{
    public const string Section = "Granary:PackCache";

    /// <summary>Folder of the cache, on any local volume; what is in it is removed at the start. Default: <c>cache/packs</c> in the data folder.</summary>
    public string Path { get; set; } = "";

    /// <summary>Bytes of all files. Default 2 GiB; 0 switches the cache off. One answer may take half of it.</summary>
    public long MaxSize { get; set; } = 2L << 30;

    /// <summary>Bytes that stay free on the folder's volume: the cache gives way to everything else. Default 1 GiB.</summary>
    public long MinFreeSpace { get; set; } = 1L << 30;

    /// <summary>How long an answer is kept after it was made. Default 1 h.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether the answer to a clone, full, shallow or partial, is kept when it is asked for the first time. Default true: what
    /// one machine clones, others will. It costs the first a copy into a file. False: as any fetch, when it comes again.
    /// </summary>
    public bool KeepClones { get; set; } = true;

    /// <summary>Within this time a request must come again for its answer to be kept. Default 1 h.</summary>
    public TimeSpan RepeatWithin { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many bytes of an answer that was not asked for before are held in memory while it is sent, so that whoever asks the
    /// same meanwhile gets it too. Default 16 MiB.
    /// </summary>
    public int JoinWindow { get; set; } = 16 << 20;

    /// <summary>Bytes for all of these windows. Default 128 MiB.</summary>
    public long JoinMemory { get; set; } = 128L << 20;

    /// <summary>How often what is too old, and what belongs to repositories that are gone, is looked for. Default 1 min.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Threads for reads and writes that wait for the disk. Default 4.</summary>
    public int Threads { get; set; } = 4;
}
