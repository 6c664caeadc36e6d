namespace Granary.Grains.Git.Reading;

/// <summary>Settings of the repository reader: section <c>Granary:Reading</c>.</summary>
public sealed class ReadingOptions
{
    public const string Section = "Granary:Reading";

    /// <summary>Threads that read repositories. Default: one a processor, at least 2.</summary>
    public int Threads { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Reads that may wait for a thread. Default 4096; one more is told that the server is busy.</summary>
    public int MaxWaiting { get; set; } = 4096;

    /// <summary>Object stores that are open at once, each of which holds some files. Default 256; when all are in use, the server is busy.</summary>
    public int MaxHandles { get; set; } = 256;

    /// <summary>Of these, how many may be of one repository; readers share them. Default: as many as threads.</summary>
    public int MaxHandlesPerRepository { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>How long one stays open that nobody uses. Default 5 min.</summary>
    public TimeSpan HandleIdleTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a stream reads before others have their turn. Default 20 ms.</summary>
    public TimeSpan SliceTime { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many items a stream reads ahead of its client. Default 256.</summary>
    public int SliceItems { get; set; } = 256;

    /// <summary>The largest file that is read, in bytes. Default 256 MiB; larger ones are for git.</summary>
    public long MaxBlobSize { get; set; } = 256L << 20;

    /// <summary>Bytes of all files that are being read. Default 512 MiB; one that finds no room is told that the server is busy.</summary>
    public long BlobMemory { get; set; } = 512L << 20;

    /// <summary>The most entries of a folder, or of all below it, that one call lists, or one search looks at. Default 1,000,000.</summary>
    public int MaxTreeEntries { get; set; } = 1_000_000;

    /// <summary>Commits that one search for the last change of a folder's entries looks at. Default 1,000,000; what was not found by then is left out.</summary>
    public int LastCommitWalk { get; set; } = 1_000_000;

    /// <summary>Entries of folders whose last commit is remembered. Default 500,000, which take some 50 bytes each.</summary>
    public int LastCommitCache { get; set; } = 500_000;

    /// <summary>Bytes for what refs pointed to lately, of all repositories. Default 16 MiB.</summary>
    public long TipCacheSize { get; set; } = 16L << 20;
}
