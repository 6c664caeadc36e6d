using Granary.Repositories;

namespace Granary.Grains.Repositories;

/// <summary>What is kept of a repository outside of its folder and its grain's state, and goes for good with it.</summary>
internal interface IRepositoryRecords
{
    /// <summary>Durable when it completes; called again, it changes nothing.</summary>
    Task RemoveAsync(RepositoryId repository, CancellationToken cancellationToken);
}
