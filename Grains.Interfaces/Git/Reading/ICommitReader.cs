using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>Reads commits and what follows from the history.</summary>
public interface ICommitReader
{
    /// <summary>The commit that a revision names; tags are followed.</summary>
    Task<Outcome<Commit>> GetAsync(RepositoryId repository, string revision, CancellationToken cancellationToken);
}
