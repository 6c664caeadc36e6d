using Granary.Repositories;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>A repository that was taken on, until its lease is over or another one has it.</summary>
/// <param name="Repository">Which.</param>
/// <param name="Lease">Different for each time it is taken on.</param>
[GenerateSerializer, Immutable, Alias("granary.RegistrationClaim")]
internal sealed record RegistrationClaim([property: Id(0)] RepositoryId Repository, [property: Id(1)] Guid Lease);
