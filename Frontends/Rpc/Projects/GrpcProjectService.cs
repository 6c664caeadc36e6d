using System.Runtime.CompilerServices;
using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.Projects;
using Granary.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Projects;

/// <summary>The calls on projects; those on members are in the file beside it.</summary>
internal sealed partial class GrpcProjectService(IGrainFactory grains, CurrentCaller current, IOptions<RpcOptions> options)
    : ProjectService.ProjectServiceBase
{
    private Caller Caller => current.Caller;

    public override async Task<CreateProjectResponse> CreateProject(CreateProjectRequest request, ServerCallContext context)
    {
        var project = new NewProject(Arguments.Project(request.Key), request.DisplayName, request.Public);
        var created = await grains.GetProject(project.Key).CreateAsync(Caller, project, context.CancellationToken).OrRefuse();
        return new CreateProjectResponse { Project = ProjectMessages.From(created) };
    }

    public override async Task<GetProjectResponse> GetProject(GetProjectRequest request, ServerCallContext context)
    {
        var project = await Grain(request.Project).GetInfoAsync(Caller, context.CancellationToken).OrRefuse();
        return new GetProjectResponse { Project = ProjectMessages.From(project) };
    }

    public override async Task<ListProjectsResponse> ListProjects(ListProjectsRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken, request.Prefix);
        var keys = await grains.GetDirectory(IDirectoryGrain.Projects).ListAsync(page, context.CancellationToken);
        var projects = await Pages.LookUpAsync(
            keys.Items, options.Value.ListParallelism, key => LookUpAsync(key, context.CancellationToken), context.CancellationToken);
        return new ListProjectsResponse
        {
            Projects = { projects.Select(ProjectMessages.From) },
            NextPageToken = PageToken.Encode(keys.NextAfter),
        };
    }

    public override async Task<UpdateProjectResponse> UpdateProject(UpdateProjectRequest request, ServerCallContext context)
    {
        var changes = new ProjectChanges(
            request.HasDisplayName ? request.DisplayName : null,
            request.HasPublic ? request.Public : null);
        var project = await Grain(request.Project).UpdateAsync(Caller, changes, context.CancellationToken).OrRefuse();
        return new UpdateProjectResponse { Project = ProjectMessages.From(project) };
    }

    public override async Task<DeleteProjectResponse> DeleteProject(DeleteProjectRequest request, ServerCallContext context)
    {
        await Grain(request.Project).DeleteAsync(Caller, context.CancellationToken).OrRefuse();
        return new DeleteProjectResponse();
    }

    private IProjectGrain Grain(string key, [CallerArgumentExpression(nameof(key))] string source = "") =>
        grains.GetProject(Arguments.Project(key, source));

    /// <summary>The project, or null when it is gone or the caller may not know of it.</summary>
    private async Task<ProjectInfo?> LookUpAsync(string key, CancellationToken cancellationToken)
    {
        if (!ProjectKey.TryParse(key, out var parsed, out _)) return null;
        var outcome = await grains.GetProject(parsed).GetInfoAsync(Caller, cancellationToken);
        return outcome.Refusal is null or { Kind: RefusalKind.NotFound or RefusalKind.PermissionDenied }
            ? outcome.Value
            : throw new RefusedException(outcome.Refusal);
    }
}
