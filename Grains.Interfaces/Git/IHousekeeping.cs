using Granary.Repositories;

namespace Granary.Git;

/// <summary>
/// The silo's keeping of repositories on the volume: few packs, a bitmap and a commit-graph make clones cheap. It runs by
/// itself after pushes and at night; this is the way to ask for it.
/// </summary>
public interface IHousekeeping
{
    /// <summary>Brings the repository into its best state and waits for it. Calls at the same time share one run.</summary>
    /// <returns>The state afterwards, or why it could not be done.</returns>
    Task<Outcome<MaintenanceState>> RunAsync(RepositoryId repository, CancellationToken cancellationToken);

    /// <summary>Asks for a run in the background, where these are not switched off: for what is known to need one, an import.</summary>
    void Schedule(RepositoryId repository);

    /// <summary>The state as it is on disk.</summary>
    Task<Outcome<MaintenanceState>> GetStateAsync(RepositoryId repository, CancellationToken cancellationToken);
}

/// <summary>How well a repository is kept.</summary>
/// <param name="LastRun">When housekeeping last ended; null: never.</param>
/// <param name="LastDuration">How long it took.</param>
/// <param name="Packs">Packs in use.</param>
/// <param name="ReplacedPacks">Packs that wait to be removed.</param>
/// <param name="LooseObjects">Objects outside of packs, which only other programs make.</param>
/// <param name="Objects">Objects in packs, one in several packs counted several times.</param>
/// <param name="SizeOnDisk">Bytes under <c>objects</c>.</param>
/// <param name="HasBitmap">Whether a reachability bitmap is there.</param>
/// <param name="HasCommitGraph">Whether a commit-graph is there.</param>
/// <param name="IsRunning">Whether a run is under way on any silo.</param>
/// <param name="LastFault">What went wrong in the last run; null: nothing.</param>
public sealed record MaintenanceState(
    DateTimeOffset? LastRun, TimeSpan LastDuration, int Packs, int ReplacedPacks, long LooseObjects, long Objects, long SizeOnDisk,
    bool HasBitmap, bool HasCommitGraph, bool IsRunning, string? LastFault);
