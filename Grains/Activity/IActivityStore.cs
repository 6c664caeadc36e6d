using Granary.Activity;
using Granary.Repositories;

namespace Granary.Grains.Activity;

/// <summary>Where the feed is kept.</summary>
internal interface IActivityStore : IActivityReader
{
    /// <summary>Durable when it completes; an event that is there already changes nothing.</summary>
    Task AddAsync(PushEvent pushed, CancellationToken cancellationToken);

    /// <summary>Forgets a repository that was removed for good.</summary>
    Task RemoveAsync(RepositoryId repository, CancellationToken cancellationToken);
}
