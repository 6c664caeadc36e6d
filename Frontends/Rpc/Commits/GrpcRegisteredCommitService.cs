using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Repositories;
using Granary.Hooks.Commits;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Commits;

/// <summary>The register of commits: who may read the repository, or the project, may ask it.</summary>
internal sealed class GrpcRegisteredCommitService(IGrainFactory grains, RepositoryResolver repositories, ICommitIndex commits, CurrentCaller current)
    : RegisteredCommitService.RegisteredCommitServiceBase
{
    public override async Task<ListRegisteredCommitsResponse> ListRegisteredCommits(ListRegisteredCommitsRequest request, ServerCallContext context)
    {
        var query = CommitQueries.Read(request.Issue, request.Author, request.Since, request.Until, request.PageSize, request.PageToken);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var page = await commits.ListAsync(access.Id, query, context.CancellationToken);
        return new ListRegisteredCommitsResponse
        {
            Commits = { page.Commits.Select(CommitMessages.From) },
            NextPageToken = CommitQueries.Token(page.Next),
            Registering = page.IsRegistering,
        };
    }

    public override async Task<ListIssueCommitsResponse> ListIssueCommits(ListIssueCommitsRequest request, ServerCallContext context)
    {
        var issue = CommitQueries.Issue(request.Issue);
        var query = CommitQueries.Read(issue.Value, request.Author, request.Since, request.Until, request.PageSize, request.PageToken);
        var project = await grains.GetProject(Arguments.Project(request.Project)).GetInfoAsync(current.Caller, context.CancellationToken).OrRefuse();
        var page = await commits.ListAsync(project.Key, query, context.CancellationToken);
        return new ListIssueCommitsResponse
        {
            Commits = { page.Commits.Select(CommitMessages.From) },
            NextPageToken = CommitQueries.Token(page.Next),
        };
    }
}
