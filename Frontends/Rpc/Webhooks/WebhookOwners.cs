using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Repositories;
using Granary.Hooks.Webhooks;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Webhooks;

/// <summary>Finds whose webhooks a call is about, and sees that the caller may manage them.</summary>
internal sealed class WebhookOwners(IGrainFactory grains, RepositoryResolver repositories, CurrentCaller current)
{
    /// <exception cref="RefusedException">There is no such owner, or the caller may not manage its webhooks.</exception>
    public async Task<WebhookOwner> FindAsync(string project, string repository, CancellationToken cancellationToken)
    {
        if (repository.Length > 0)
        {
            var access = await repositories.ResolveAsync(project, repository, cancellationToken);
            return access.Level == AccessLevel.Admin ? new WebhookOwner(access.Project, access.Id) : throw Denied();
        }

        var key = Arguments.Project(project);
        var info = await grains.GetProject(key).GetInfoAsync(current.Caller, cancellationToken).OrRefuse();
        var role = await grains.GetProject(key).GetRoleAsync(current.Caller, cancellationToken);
        if (role < ProjectRole.Admin || current.Caller.Scope < AccessScope.Admin) throw Denied();
        return new WebhookOwner(info.Key, null);
    }

    /// <summary>The repository whose pushes a replay is of.</summary>
    public async Task<RepositoryId> FindReplayedAsync(WebhookOwner owner, string name, CancellationToken cancellationToken)
    {
        if (owner.Repository is { } own)
        {
            return name.Length == 0 ? own : throw Arguments.Invalid("The webhook is a repository's own: name no other one to be replayed.");
        }

        if (name.Length == 0) throw Arguments.Invalid("The webhook is a project's: name the repository whose pushes are to be replayed.");
        return (await repositories.ResolveAsync(owner.Project.Value, name, cancellationToken)).Id;
    }

    private static RefusedException Denied() => new(new Refusal(
        RefusalKind.PermissionDenied, "Webhooks are for administrators of the project, with a login of scope 'admin'."));
}
