using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.Projects;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>The calls on a repository's deploy keys, which the project keeps.</summary>
internal sealed class GrpcDeployKeyService(IGrainFactory grains, CurrentCaller current) : DeployKeyService.DeployKeyServiceBase
{
    private Caller Caller => current.Caller;

    public override async Task<AddDeployKeyResponse> AddDeployKey(AddDeployKeyRequest request, ServerCallContext context)
    {
        var repository = Arguments.Repository(request.Repository);
        if (!SshPublicKeyParser.TryParse(request.PublicKey, out var key, out var fault)) throw Arguments.Invalid(fault);
        var title = request.Title.Length > 0 ? request.Title : key.Comment;
        var added = await Project(request.Project)
            .AddDeployKeyAsync(Caller, repository, key, title, request.CanWrite, context.CancellationToken).OrRefuse();
        return new AddDeployKeyResponse { Key = RepositoryMessages.From(added) };
    }

    public override async Task<ListDeployKeysResponse> ListDeployKeys(ListDeployKeysRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var keys = await Project(request.Project)
            .ListDeployKeysAsync(Caller, Arguments.Repository(request.Repository), page, context.CancellationToken).OrRefuse();
        return new ListDeployKeysResponse
        {
            Keys = { keys.Items.Select(RepositoryMessages.From) },
            NextPageToken = PageToken.Encode(keys.NextAfter),
        };
    }

    public override async Task<RemoveDeployKeyResponse> RemoveDeployKey(RemoveDeployKeyRequest request, ServerCallContext context)
    {
        // In a path that takes the rest of the URL, ASP.NET leaves an escaped slash as it came.
        var fingerprint = request.Fingerprint.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        await Project(request.Project)
            .RemoveDeployKeyAsync(Caller, Arguments.Repository(request.Repository), fingerprint, context.CancellationToken).OrRefuse();
        return new RemoveDeployKeyResponse();
    }

    private IProjectGrain Project(string key) => grains.GetProject(Arguments.Project(key));
}
