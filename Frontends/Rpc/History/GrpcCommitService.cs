using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading;
using Granary.Git.Reading.Contributors;
using Granary.Git.Reading.History;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.History;

/// <summary>Commits and what follows from the history.</summary>
internal sealed class GrpcCommitService(
    RepositoryResolver repositories, ICommitReader commits, IHistoryReader histories, IContributorReader contributors, StreamWriting streams)
    : CommitService.CommitServiceBase
{
    public override async Task<GetCommitResponse> GetCommit(GetCommitRequest request, ServerCallContext context)
    {
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var commit = await commits.GetAsync(access.Id, request.Revision, context.CancellationToken).OrRefuse();
        return new GetCommitResponse { Commit = HistoryMessages.From(commit) };
    }

    public override async Task ListCommits(ListCommitsRequest request, IServerStreamWriter<ListCommitsResponse> responseStream, ServerCallContext context)
    {
        var query = HistoryQueries.From(request);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        await foreach (var slice in histories.ListAsync(access.Id, query, context.CancellationToken))
            await streams.WriteAsync(responseStream, HistoryMessages.From(slice.Value ?? throw new RefusedException(slice.Refusal!)), context);
    }

    public override async Task<GetMergeBaseResponse> GetMergeBase(GetMergeBaseRequest request, ServerCallContext context)
    {
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var bases = await histories.GetMergeBasesAsync(access.Id, request.First, request.Second, context.CancellationToken).OrRefuse();
        return new GetMergeBaseResponse
        {
            CommitId = bases.Ids is [var best, ..] ? best.ToString() : "",
            CommitIds = { bases.Ids.Select(static id => id.ToString()) },
        };
    }
    public override async Task ListContributors(
        ListContributorsRequest request, IServerStreamWriter<ListContributorsResponse> responseStream, ServerCallContext context)
    {
        if (request.Limit < 0) throw Arguments.Invalid("A limit may not be negative.", "limit");
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var list = await contributors.ReadAsync(access.Id, request.Revision, context.CancellationToken).OrRefuse();
        foreach (var message in ContributorMessages.From(list, request.Limit)) await streams.WriteAsync(responseStream, message, context);
    }
}
