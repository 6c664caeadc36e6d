namespace Granary.Grains.Git;

/// <summary>Settings of the repository volume and of git processes: section <c>Granary:Git</c>.</summary>
public sealed class GitOptions
{
    public const string Section = "Granary:Git";

    /// <summary>Absolute path of the git program. Default: the first <c>git</c> in <c>PATH</c>.</summary>
    public string Executable { get; set; } = "";

    /// <summary>Heavy git processes (upload-pack, index-pack) at once on this silo. Default: four per processor, at least 8.</summary>
    public int MaxProcesses { get; set; } = Math.Max(8, Environment.ProcessorCount * 4);

    /// <summary>Of these, how many may work for one repository. Default: three quarters.</summary>
    public int MaxProcessesPerRepository { get; set; } = Math.Max(6, Environment.ProcessorCount * 3);

    /// <summary>Of these, how many may work for one user, or for one address without a login. Default: three quarters.</summary>
    public int MaxProcessesPerUser { get; set; } = Math.Max(6, Environment.ProcessorCount * 3);

    /// <summary>
    /// git processes that stand still because their clients are slow, beside those at work: they cost memory only. Default 128.
    /// </summary>
    public int MaxPausedProcesses { get; set; } = 128;

    /// <summary>Of these, how many may stand still for one user, or for one address without a login. Default 96.</summary>
    public int MaxPausedProcessesPerUser { get; set; } = 96;

    /// <summary>
    /// Pushes under way at once on this silo, most of them waiting for their clients. Default 256; one more is told that the
    /// server is busy.
    /// </summary>
    public int MaxPushes { get; set; } = 256;

    /// <summary>
    /// Fetches of protocol v0 and v1 over SSH at once on this silo, most of them waiting for their clients. Default 256; one
    /// more is told that the server is busy.
    /// </summary>
    public int MaxDialogues { get; set; } = 256;

    /// <summary>How many requests may wait for a place. Default 1000; one more is told that the server is busy.</summary>
    public int MaxWaiting { get; set; } = 1000;

    /// <summary>How long a request may wait for a place. Default 30 s; then it is told that the server is busy.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest single allocation of a git process in bytes, against packs that lie about sizes. Default 2 GiB.</summary>
    public long AllocationLimit { get; set; } = 2L << 30;

    /// <summary>The largest pack accepted in one push, in bytes on the wire. Default 10 GiB.</summary>
    public long MaxPackSize { get; set; } = 10L << 30;

    /// <summary>How long git may index a pack after its last byte came, or walk it. Default 30 min.</summary>
    public TimeSpan IndexTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a git process may go on without producing output for a fetch. Default 10 min.</summary>
    public TimeSpan UploadStallTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the first, short connectivity walk may take before the long one over all refs begins. Default 5 s.</summary>
    public TimeSpan ShortWalkTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Objects up to which a push is looked at in this process instead of by git processes, if it is of the usual kind: a few
    /// commits on top of what the refs point to. Default 1000; 0: git is always asked.
    /// </summary>
    public int SmallPushObjects { get; set; } = 1000;

    /// <summary>
    /// Faults that fsck finds in pushed objects and that are accepted, by git's message ids. Default: the old sins of real
    /// histories, <c>zeroPaddedFilemode</c>, <c>badTimezone</c> and <c>missingSpaceBeforeDate</c>. All others are refused.
    /// </summary>
    public IList<string> FsckIgnore { get; } = [];

    /// <summary>Threads for durable file operations. Default 16.</summary>
    public int FileThreads { get; set; } = 16;

    /// <summary>Threads for the file operations of outbox and housekeeping. Default 4.</summary>
    public int BackgroundFileThreads { get; set; } = 4;

    /// <summary>How long a ref transaction waits for the repository's lock, or for another program's git lock. Default 10 s.</summary>
    public TimeSpan LockPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How old another program's lock file must be to count as left behind. Default 10 min.</summary>
    public TimeSpan ForeignLockAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How old a look for loose refs, which somebody's git may have made in the repository's folder, may be when a client is
    /// answered. Default 1 s. Changes of <c>packed-refs</c> and <c>HEAD</c> are seen at every answer.
    /// </summary>
    public TimeSpan LooseRefsLookInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The most private memory of one git process in bytes (<c>RLIMIT_DATA</c>: mapped packs do not count). Default 4 GiB.
    /// </summary>
    public long MemoryLimit { get; set; } = 4L << 30;

    /// <summary>The most processor time of one git process, whole seconds (<c>RLIMIT_CPU</c>). Default 1 h.</summary>
    public TimeSpan ProcessorTimeLimit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What <see cref="FsckIgnore"/> is when it is not configured.</summary>
    internal static IReadOnlyList<string> DefaultFsckIgnore { get; } = ["zeroPaddedFilemode", "badTimezone", "missingSpaceBeforeDate"];
}
