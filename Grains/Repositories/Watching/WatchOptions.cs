namespace Granary.Grains.Repositories.Watching;

/// <summary>How many may watch repositories, and how: section <c>Granary:Watch</c>.</summary>
public sealed class WatchOptions
{
    public const string Section = "Granary:Watch";

    /// <summary>Watches at once on this silo. Default 1,000.</summary>
    public int MaxWatches { get; set; } = 1_000;

    /// <summary>Watches at once of one user, or of one address without a login. Default 50.</summary>
    public int MaxWatchesPerUser { get; set; } = 50;

    /// <summary>How often the journal of a watched repository is looked at. Default 0.2 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(0.2);

    /// <summary>After so long without an event a client is told where the journal stands, and its rights are looked at again. Default 30 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);
}
