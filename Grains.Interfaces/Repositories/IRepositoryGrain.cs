using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories.Policy;
using Orleans.Concurrency;

namespace Granary.Repositories;

/// <summary>
/// One repository, keyed by its <see cref="RepositoryId"/>: serialises every change of its refs and answers reads of them
/// from memory. Who may do what was decided by the project (<see cref="IProjectGrain.ResolveRepositoryAsync"/>).
/// </summary>
[Alias("granary.IRepositoryGrain"), GrainInterfaceType("granary.repository")]
public interface IRepositoryGrain : IGrainWithGuidKey
{
    /// <summary>Makes the repository on the volume and in storage; called again after a crash, it ends what it began.</summary>
    [Alias("Create")]
    Task<Outcome<RepositoryInfo>> CreateAsync(ProjectKey project, NewRepository repository, CancellationToken cancellationToken);

    /// <summary>The settings; null when there is no such repository.</summary>
    [AlwaysInterleave, Alias("GetInfo")]
    Task<RepositoryInfo?> GetInfoAsync(CancellationToken cancellationToken);

    /// <summary>Changes settings. A new default branch must exist unless the repository is empty.</summary>
    [Alias("Update")]
    Task<Outcome<RepositoryInfo>> UpdateAsync(RepositoryChanges changes, CancellationToken cancellationToken);

    /// <summary>Tells the repository its new name; the project owns names.</summary>
    [Alias("SetName")]
    Task<Outcome<RepositoryInfo>> SetNameAsync(RepositoryName name, CancellationToken cancellationToken);

    /// <summary>Marks the repository deleted at a time, or with null restores it. Objects stay until the undo period is over.</summary>
    [Alias("SetDeleted")]
    Task<Outcome<RepositoryInfo>> SetDeletedAsync(DateTimeOffset? deletedAt, CancellationToken cancellationToken);

    /// <summary>Rules, limits and size. What a frontend reads here before a push is a forecast: the turn decides by what holds then.</summary>
    /// <exception cref="RepositoryUnavailableException">There is no such repository, or its volume cannot be read.</exception>
    [AlwaysInterleave, Alias("GetPolicy")]
    Task<RepositoryPolicy> GetPolicyAsync(CancellationToken cancellationToken);

    /// <summary>Changes rules, hidden refs or limits. The frontend has found the caller to be an administrator of the project.</summary>
    [Alias("UpdatePolicy")]
    Task<Outcome<RepositoryPolicy>> UpdatePolicyAsync(Caller caller, PolicyChanges changes, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the repository for good, files and settings, if it was deleted at or before <paramref name="limit"/>. Called
    /// again after a crash, it ends what it began. False when it may not go or is busy.
    /// </summary>
    [ResponseTimeout("00:10:00"), Alias("Purge")]
    Task<bool> PurgeAsync(DateTimeOffset limit, CancellationToken cancellationToken);

    /// <summary>
    /// The snapshot if it is newer than <paramref name="known"/>, otherwise null. Interleaves with a running push and then
    /// answers with the state before it, which nobody was told to be over.
    /// </summary>
    /// <exception cref="RepositoryUnavailableException">There is no such repository, or its volume cannot be read.</exception>
    [AlwaysInterleave, Alias("GetRefsIfNewer")]
    ValueTask<RefSnapshot?> GetRefsIfNewerAsync(RefVersion known, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for its turn, compares the files with memory and reloads if they differ: for a caller that saw other files
    /// than <paramref name="seen"/>'s.
    /// </summary>
    /// <exception cref="RepositoryUnavailableException">There is no such repository, or its volume cannot be read.</exception>
    [Alias("ReloadRefs")]
    Task<RefSnapshot> ReloadRefsAsync(RefVersion seen, CancellationToken cancellationToken);

    /// <summary>Applies a push: policy, compare-and-swap under the repository's lock, journal, durable, answer per ref.</summary>
    /// <exception cref="RepositoryUnavailableException">The volume failed; what became of the push tells <see cref="GetPushOutcomeAsync"/>.</exception>
    [ResponseTimeout("00:10:00"), Alias("ApplyPush")]
    Task<PushOutcome> ApplyPushAsync([Immutable] PushRequest push, CancellationToken cancellationToken);

    /// <summary>What became of a push, after a fault: its outcome if it was accepted, otherwise null and it never will be.</summary>
    [ResponseTimeout("00:10:00"), Alias("GetPushOutcome")]
    Task<PushOutcome?> GetPushOutcomeAsync(Guid pushId, CancellationToken cancellationToken);
}
