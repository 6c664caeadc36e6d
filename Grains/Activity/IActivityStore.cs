using Granary.Activity;
using Granary.Grains.Repositories;
using Granary.Repositories;

namespace Granary.Grains.Activity;

/// <summary>Where the feed is kept.</summary>
internal interface IActivityStore : IActivityReader, IRepositoryRecords
{
    /// <summary>Durable when it completes; an event that is there already changes nothing.</summary>
    Task AddAsync(PushEvent pushed, CancellationToken cancellationToken);
}
