using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git.Reading;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.History;

/// <summary>Commits and what follows from the history.</summary>
internal sealed class GrpcCommitService(RepositoryResolver repositories, ICommitReader commits) : CommitService.CommitServiceBase
{
    public override async Task<GetCommitResponse> GetCommit(GetCommitRequest request, ServerCallContext context)
    {
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var commit = await commits.GetAsync(access.Id, request.Revision, context.CancellationToken).OrRefuse();
        return new GetCommitResponse { Commit = HistoryMessages.From(commit) };
    }
}
