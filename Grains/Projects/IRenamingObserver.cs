using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Projects;

/// <summary>Is told of each renaming of a repository, at least once.</summary>
internal interface IRenamingObserver
{
    /// <summary>Durable when it completes; called again with the same, it changes nothing.</summary>
    Task TellAsync(RepositoryRenaming renaming, CancellationToken cancellationToken);
}

/// <param name="Repository">Which.</param>
/// <param name="Project">Where.</param>
/// <param name="OldName">Before.</param>
/// <param name="NewName">After.</param>
/// <param name="Revision">Ascending with each renaming of the repository.</param>
internal sealed record RepositoryRenaming(RepositoryId Repository, ProjectKey Project, RepositoryName OldName, RepositoryName NewName, int Revision);
