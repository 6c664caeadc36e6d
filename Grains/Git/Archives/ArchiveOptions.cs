namespace Granary.Grains.Git.Archives;

/// <summary>Limits of archives that the API makes: section <c>Granary:Archives</c>.</summary>
public sealed class ArchiveOptions
{
    public const string Section = "Granary:Archives";

    /// <summary>The most bytes of one archive, as they are sent. Default 10 GiB.</summary>
    public long MaxSize { get; set; } = 10L << 30;
}
