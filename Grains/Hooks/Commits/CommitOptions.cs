namespace Granary.Grains.Hooks.Commits;

/// <summary>How commits are registered: section <c>Granary:Hooks:Commits</c>, which also has <c>MaxLocalWorkers</c>.</summary>
internal sealed class CommitOptions
{
    public const string Section = "Granary:Hooks:Commits";

    /// <summary>How long after a push its commits are registered; pushes that come meanwhile share the run and its git processes. Default 3 s.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Commits that are read by one git process and written in one transaction. Default 1000.</summary>
    public int BatchSize { get; set; } = 1000;

    /// <summary>Characters of a message that are kept. Default 4096; issue keys are looked for in the first 65,536.</summary>
    public int MaxMessageLength { get; set; } = 4096;

    /// <summary>How long one repository is worked at before others that wait have their turn. Default 1 min.</summary>
    public TimeSpan SliceTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one run may take in all, git's walk before its first commit included. Default 8 min; then it is tried again later.</summary>
    public TimeSpan MaxRunTime { get; set; } = TimeSpan.FromMinutes(8);

    /// <summary>How long after the death of a silo its repositories are taken on by another, or by itself anew. Default 15 s.</summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a failed run the next one is; doubled with each, up to <see cref="MaxRetryDelay"/>. Default 5 s.</summary>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default 1 h.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often is looked for what is due, apart from pushes of this silo, which are looked at once. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>git processes that answer at once which of the commits of a page hidden refs alone reach. Default 4.</summary>
    public int MaxVisibilityChecks { get; set; } = 4;
}
