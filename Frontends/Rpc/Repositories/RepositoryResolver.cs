using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Projects;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>Finds the repository that a call names and what its caller may do with it.</summary>
internal sealed class RepositoryResolver(IGrainFactory grains, CurrentCaller current)
{
    /// <exception cref="RefusedException">There is none, or the caller may not know of it.</exception>
    public async Task<RepositoryAccess> ResolveAsync(string project, string repository, CancellationToken cancellationToken)
    {
        var (key, name) = (Arguments.Project(project), Arguments.Repository(repository));
        current.MayRead = false;
        var access = await grains.GetProject(key).ResolveRepositoryAsync(current.Caller, name, cancellationToken) ?? throw NotFound(project, repository);
        current.MayRead = true;
        return access;
    }

    /// <summary>The same for a call that only administrators of the project may make.</summary>
    /// <param name="project">The key of the project.</param>
    /// <param name="repository">The name of the repository.</param>
    /// <param name="what">What the call does, to begin the sentence of a refusal with.</param>
    /// <param name="cancellationToken">The client went away.</param>
    public async Task<RepositoryAccess> ResolveToManageAsync(
        string project, string repository, string what, CancellationToken cancellationToken)
    {
        var access = await ResolveAsync(project, repository, cancellationToken);
        return access.MayManage
            ? access
            : throw new RefusedException(new Refusal(
                RefusalKind.PermissionDenied, $"{what} is for administrators of its project, with a login of at least scope 'write'."));
    }

    /// <summary>Missing, and not to be known of, are one answer.</summary>
    public static RefusedException NotFound(string project, string repository) =>
        new(new Refusal(RefusalKind.NotFound, $"There is no repository '{project}/{repository}', or this login may not see it."));
}
