using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.Projects;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>The calls on a repository's deploy keys, which the project keeps.</summary>
internal sealed class GrpcDeployKeyService(IGrainFactory grains, RepositoryResolver repositories, CurrentCaller current) : DeployKeyService.DeployKeyServiceBase
{
    private Caller Caller => current.Caller;

    public override async Task<AddDeployKeyResponse> AddDeployKey(AddDeployKeyRequest request, ServerCallContext context)
    {
        var repository = Arguments.Repository(request.Repository);
        if (!SshPublicKeyParser.TryParse(request.PublicKey, out var key, out var fault)) throw Arguments.Invalid(fault, "public_key");
        var title = request.Title.Length > 0 ? request.Title : key.Comment;
        var project = await ProjectOfAsync(request.Project, request.Repository, context.CancellationToken);
        var added = await project.AddDeployKeyAsync(Caller, repository, key, title, request.CanWrite, context.CancellationToken).OrRefuse();
        return new AddDeployKeyResponse { Key = RepositoryMessages.From(added) };
    }

    public override async Task<ListDeployKeysResponse> ListDeployKeys(ListDeployKeysRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var project = await ProjectOfAsync(request.Project, request.Repository, context.CancellationToken);
        var keys = await project.ListDeployKeysAsync(Caller, Arguments.Repository(request.Repository), page, context.CancellationToken).OrRefuse();
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
        var project = await ProjectOfAsync(request.Project, request.Repository, context.CancellationToken);
        await project.RemoveDeployKeyAsync(Caller, Arguments.Repository(request.Repository), fingerprint, context.CancellationToken).OrRefuse();
        return new RemoveDeployKeyResponse();
    }

    /// <summary>The project of a repository that the caller may know of; the project then decides what the caller may do.</summary>
    private async Task<IProjectGrain> ProjectOfAsync(string project, string repository, CancellationToken cancellationToken)
    {
        _ = await repositories.ResolveAsync(project, repository, cancellationToken);
        return grains.GetProject(Arguments.Project(project));
    }
}
