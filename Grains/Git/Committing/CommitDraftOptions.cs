namespace Granary.Grains.Git.Committing;

/// <summary>Commits that are made through the API: section <c>Granary:CommitFiles</c>.</summary>
public sealed class CommitDraftOptions
{
    public const string Section = "Granary:CommitFiles";

    /// <summary>Changes of one commit. Default 1000.</summary>
    public int MaxChanges { get; set; } = 1000;

    /// <summary>Bytes of the contents of one commit together. Default 1 GiB; the limit per file is that of a push.</summary>
    public long MaxSize { get; set; } = 1L << 30;

    /// <summary>Commits that are being made at once on this silo, most of them waiting for their clients. Default 64.</summary>
    public int MaxConcurrent { get; set; } = 64;
}
