namespace Granary.Grains.Git.Reading.Search;

/// <summary>What a search may cost: section <c>Granary:Reading:Search</c>. What lies beyond is left out and said to be.</summary>
public sealed class SearchLimits
{
    public const string Section = "Granary:Reading:Search";

    /// <summary>Characters of a pattern. Default 1000.</summary>
    public int MaxPatternLength { get; set; } = 1000;

    /// <summary>Files that one search looks at. Default 200,000.</summary>
    public int MaxFiles { get; set; } = 200_000;

    /// <summary>Bytes of the files that one search looks at. Default 2 GiB.</summary>
    public long MaxBytes { get; set; } = 2L << 30;

    /// <summary>How long one search is on a thread, in all its turns. Default 20 s.</summary>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A file of more bytes is not searched, nor loaded. Default 8 MiB.</summary>
    public int MaxFileSize { get; set; } = 8 << 20;

    /// <summary>Lines that match, of all files. Default 5000; a call may ask for fewer.</summary>
    public int MaxLines { get; set; } = 5000;

    /// <summary>Lines that match, of one file. Default 500; a call may ask for fewer.</summary>
    public int MaxLinesPerFile { get; set; } = 500;

    /// <summary>Bytes of the lines of one file, as they are sent, so that a message stays below what clients take. Default 1 MiB.</summary>
    public int MaxBytesPerFile { get; set; } = 1 << 20;

    /// <summary>Characters (units of UTF-16) that are shown of a line. Default 1000.</summary>
    public int MaxLineLength { get; set; } = 1000;
}
