using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Paging;
using Granary.Repositories;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>The calls on names and deletion, which are the project's matter.</summary>
internal sealed partial class GrpcRepositoryService
{
    public override async Task<RenameRepositoryResponse> RenameRepository(RenameRepositoryRequest request, ServerCallContext context)
    {
        var (name, newName) = (Arguments.Repository(request.Repository), Arguments.Repository(request.NewName));
        var renamed = await Project(request.Project).RenameRepositoryAsync(Caller, name, newName, context.CancellationToken).OrRefuse();
        return new RenameRepositoryResponse { Repository = RepositoryMessages.From(renamed) };
    }

    public override async Task<DeleteRepositoryResponse> DeleteRepository(DeleteRepositoryRequest request, ServerCallContext context)
    {
        var name = Arguments.Repository(request.Repository);
        var deleted = await Project(request.Project).DeleteRepositoryAsync(Caller, name, context.CancellationToken).OrRefuse();
        return new DeleteRepositoryResponse { Repository = RepositoryMessages.From(deleted) };
    }

    public override async Task<ListDeletedRepositoriesResponse> ListDeletedRepositories(
        ListDeletedRepositoriesRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var repositories = await Project(request.Project)
            .ListRepositoriesAsync(Caller, page, deleted: true, context.CancellationToken).OrRefuse();
        return new ListDeletedRepositoriesResponse
        {
            Repositories = { repositories.Items.Select(RepositoryMessages.From) },
            NextPageToken = PageToken.Encode(repositories.NextAfter),
        };
    }

    public override async Task<RestoreRepositoryResponse> RestoreRepository(RestoreRepositoryRequest request, ServerCallContext context)
    {
        var id = Arguments.RepositoryId(request.RepositoryId);
        RepositoryName? newName = request.NewName.Length > 0 ? Arguments.Repository(request.NewName) : null;
        var restored = await Project(request.Project).RestoreRepositoryAsync(Caller, id, newName, context.CancellationToken).OrRefuse();
        return new RestoreRepositoryResponse { Repository = RepositoryMessages.From(restored) };
    }
}
