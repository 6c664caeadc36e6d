using Granary.Repositories;

namespace Granary.Activity;

/// <summary>Reads the activity feed of a repository. Who may read it was decided by the project.</summary>
public interface IActivityReader
{
    Task<ActivityPage> ListAsync(RepositoryId repository, ActivityQuery query, CancellationToken cancellationToken);
}
