namespace Granary.Imports;

/// <summary>Settings of imports: section <c>Granary:Import</c>.</summary>
public sealed class ImportOptions
{
    public const string Section = "Granary:Import";

    /// <summary>Imports at once on this silo; one more is told that the server is busy. Default 8.</summary>
    public int MaxConcurrent { get; set; } = 8;

    /// <summary>The most refs of one import. Default 250,000: the event of the import tells of all of them.</summary>
    public int MaxRefs { get; set; } = 250_000;

    /// <summary>How long the source may be silent. Default 5 min.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an import may take in all. Default 12 h.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long a connection to a server to be cloned from may take to come about. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Redirects followed at the start of a clone. Default 5.</summary>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>
    /// Networks (<c>10.1.0.0/16</c>, <c>fd00::/8</c>) that may be cloned from although their addresses are private, loopback or otherwise
    /// reserved. Default none.
    /// </summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>
    /// Faults that fsck finds in imported objects and that are accepted, by git's message ids: an old history cannot be changed,
    /// a new one could. Default: <see cref="DefaultFsckIgnore"/>.
    /// </summary>
    public IList<string> FsckIgnore { get; } = [];

    /// <summary>
    /// Refs, or folders of refs, of a source that are not taken over. Default: <see cref="DefaultSkippedRefs"/>, what a working repository
    /// keeps for itself and what other hosts make of their reviews.
    /// </summary>
    public IList<string> SkippedRefs { get; } = [];

    /// <summary>
    /// Dates, names and addresses in forms that older programs wrote, and trees that list a name twice. What can harm who checks it out
    /// (<c>hasDotgit</c>, <c>gitmodulesUrl</c> and their kin) or what git itself cannot read is refused all the same.
    /// </summary>
    internal static IReadOnlyList<string> DefaultFsckIgnore { get; } =
    [
        "zeroPaddedFilemode", "badTimezone", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "missingNameBeforeEmail", "missingEmail",
        "badEmail", "badName", "badDate", "badDateOverflow", "zeroPaddedDate", "multipleAuthors", "missingTaggerEntry", "badTagName",
        "extraHeaderEntry", "nulInCommit", "badFilemode", "duplicateEntries",
    ];

    internal static IReadOnlyList<string> DefaultSkippedRefs { get; } =
    [
        "refs/remotes", "refs/stash", "refs/bisect", "refs/worktree", "refs/rewritten", "refs/prefetch", "refs/original",
        "refs/pull", "refs/pulls", "refs/pull-requests", "refs/merge-requests", "refs/changes", "refs/keep-around", "refs/pipelines",
        "refs/environments",
    ];

    internal IReadOnlyList<string> EffectiveFsckIgnore => FsckIgnore.Count > 0 ? [.. FsckIgnore] : DefaultFsckIgnore;

    internal IReadOnlyList<string> EffectiveSkippedRefs => SkippedRefs.Count > 0 ? [.. SkippedRefs] : DefaultSkippedRefs;
}
