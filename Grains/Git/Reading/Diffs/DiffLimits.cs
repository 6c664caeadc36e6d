namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>What a diff may cost: section <c>Granary:Reading:Diffs</c>. What lies beyond is left out and said to be.</summary>
public sealed class DiffLimits
{
    public const string Section = "Granary:Reading:Diffs";

    /// <summary>Changed files that are looked at; those behind them are not even counted. Default 100,000.</summary>
    public int MaxChangedFiles { get; set; } = 100_000;

    /// <summary>Files that are shown, with or without their lines. Default 3000; a call may ask for fewer.</summary>
    public int MaxFiles { get; set; } = 3000;

    /// <summary>Lines of all files that are shown, context included. Default 100,000; a call may ask for fewer.</summary>
    public int MaxLines { get; set; } = 100_000;

    /// <summary>Lines of one file that are shown. Default 20,000; a call may ask for fewer.</summary>
    public int MaxLinesPerFile { get; set; } = 20_000;

    /// <summary>Bytes of the lines of one file that are shown, as they are sent, so that a message stays below what clients take. Default 1 MiB.</summary>
    public int MaxBytesPerFile { get; set; } = 1 << 20;

    /// <summary>A file of more bytes, on either side, is not compared line by line, nor loaded. Default 8 MiB.</summary>
    public int MaxFileSize { get; set; } = 8 << 20;

    /// <summary>
    /// Bytes of the files that are compared line by line in one diff, both sides. Default 256 MiB; the files behind it are said to
    /// be too large.
    /// </summary>
    public long MaxComparedBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Renamed files that changed as well are looked for among at most this many removed and as many new ones. Default 1000, as
    /// git has it.
    /// </summary>
    public int MaxRenames { get; set; } = 1000;

    /// <summary>Bytes of the files that are compared to find what was renamed. Default 128 MiB.</summary>
    public long MaxRenameBytes { get; set; } = 128L << 20;
}
