using System.Runtime.CompilerServices;
using Granary.Accounts;
using Granary.Activity;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.Projects;
using Granary.Repositories;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>The calls that make, find and change repositories; those on names and deletion are in the file beside it.</summary>
internal sealed partial class GrpcRepositoryService(
    IGrainFactory grains, RepositoryResolver repositories, IActivityReader activity, CurrentCaller current)
    : RepositoryService.RepositoryServiceBase
{
    private Caller Caller => current.Caller;

    public override async Task<CreateRepositoryResponse> CreateRepository(CreateRepositoryRequest request, ServerCallContext context)
    {
        var branch = request.DefaultBranch.Length > 0 ? request.DefaultBranch : null;
        var repository = new NewRepository(Arguments.Repository(request.Name), request.Description, branch);
        var created = await Project(request.Project).CreateRepositoryAsync(Caller, repository, context.CancellationToken).OrRefuse();
        return new CreateRepositoryResponse { Repository = RepositoryMessages.From(created) };
    }

    public override async Task<GetRepositoryResponse> GetRepository(GetRepositoryRequest request, ServerCallContext context)
    {
        var access = await ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var info = await grains.GetRepository(access.Id).GetInfoAsync(context.CancellationToken)
            ?? throw RepositoryResolver.NotFound(request.Project, request.Repository);
        return new GetRepositoryResponse { Repository = RepositoryMessages.From(info) };
    }

    public override async Task<ListRepositoriesResponse> ListRepositories(ListRepositoriesRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken, request.Prefix);
        var repositories = await Project(request.Project)
            .ListRepositoriesAsync(Caller, page, deleted: false, context.CancellationToken).OrRefuse();
        return new ListRepositoriesResponse
        {
            Repositories = { repositories.Items.Select(RepositoryMessages.From) },
            NextPageToken = PageToken.Encode(repositories.NextAfter),
        };
    }

    public override async Task<UpdateRepositoryResponse> UpdateRepository(UpdateRepositoryRequest request, ServerCallContext context)
    {
        var access = await ResolveAsync(request.Project, request.Repository, context.CancellationToken);

        // The project's grain said what the caller may do; the repository's does not know callers.
        if (!access.MayManage)
        {
            throw new RefusedException(new Refusal(
                RefusalKind.PermissionDenied,
                "The settings of a repository are for administrators of its project, with a login of at least scope 'write'."));
        }

        var changes = new RepositoryChanges(
            request.HasDescription ? request.Description : null,
            request.HasArchived ? request.Archived : null,
            request.HasDefaultBranch ? request.DefaultBranch : null);
        var info = await grains.GetRepository(access.Id).UpdateAsync(changes, context.CancellationToken).OrRefuse();
        return new UpdateRepositoryResponse { Repository = RepositoryMessages.From(info) };
    }

    private IProjectGrain Project(string key, [CallerArgumentExpression(nameof(key))] string source = "") =>
        grains.GetProject(Arguments.Project(key, source));

    private Task<RepositoryAccess> ResolveAsync(string project, string repository, CancellationToken cancellationToken) =>
        repositories.ResolveAsync(project, repository, cancellationToken);
}
