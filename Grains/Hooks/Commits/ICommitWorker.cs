using Granary.Grains.Hooks.Commits.Scheduling;

namespace Granary.Grains.Hooks.Commits;

/// <summary>
/// Registers commits: a stateless worker with one key, so that Orleans bounds how many run at once on a silo
/// (<c>Granary:Hooks:Commits:MaxLocalWorkers</c>).
/// </summary>
[Alias("granary.ICommitWorker"), GrainInterfaceType("granary.commitworker")]
internal interface ICommitWorker : IGrainWithIntegerKey
{
    /// <summary>Does a run, or a part of a long one, and writes down what came of it.</summary>
    [ResponseTimeout("00:10:00"), Alias("Register")]
    Task RegisterAsync([Immutable] RegistrationClaim claim, CancellationToken cancellationToken);
}
