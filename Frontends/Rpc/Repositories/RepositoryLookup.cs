using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Projects;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>Finds the repository of a call, and what its caller may do with it.</summary>
internal static class RepositoryLookup
{
    public static async Task<RepositoryAccess> ResolveAsync(
        this IGrainFactory grains, Caller caller, string project, string repository, CancellationToken cancellationToken) =>
        await grains.GetProject(Arguments.Project(project))
            .ResolveRepositoryAsync(caller, Arguments.Repository(repository), cancellationToken) ?? throw NotFound(project, repository);

    /// <summary>Missing, and not to be known of, are one answer.</summary>
    public static RefusedException NotFound(string project, string repository) =>
        new(new Refusal(RefusalKind.NotFound, $"There is no repository '{project}/{repository}', or this login may not see it."));
}
