using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git.Reading;
using Granary.Projects;
using Granary.Repositories;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>Branches.</summary>
internal sealed class GrpcBranchService(
    RepositoryResolver repositories, IRefCache refCache, ICommitReader commits, IRefTipReader tips, IDistanceReader distances, RefEdits edits) : BranchService.BranchServiceBase
{
    private const string Folder = "refs/heads/";

    public override async Task<ListBranchesResponse> ListBranches(ListBranchesRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        var query = new RefQuery(Folder, request.Prefix, request.Contains, request.Order, request.PageSize, request.PageToken);
        var page = await RefPage.ReadAsync(access.Id, refs, query, tips, context.CancellationToken);
        var branches = page.Items.Select(item => RefMessages.Branch(item.Name, item.Tip, refs)).ToList();
        if (request.Compare) await CompareAsync(access.Id, refs, branches, context.CancellationToken);
        return new ListBranchesResponse { Branches = { branches }, NextPageToken = page.NextPageToken };
    }

    public override async Task<GetBranchResponse> GetBranch(GetBranchRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        var found = RefLookup.Find(refs, Folder, request.Branch);
        var branch = await ShowAsync(access.Id, refs, found, context.CancellationToken);
        await CompareAsync(access.Id, refs, [branch], context.CancellationToken);
        return new GetBranchResponse { Branch = branch };
    }

    public override async Task<CreateBranchResponse> CreateBranch(CreateBranchRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        RefEdits.RequireWrite(access);
        var name = RefLookup.FindFree(refs, Folder, request.Branch);
        var start = await commits.GetAsync(access.Id, request.Start, context.CancellationToken).OrRefuse();
        await edits.ApplyAsync(access.Id, [new RefUpdate(name, ObjectId.Zero(refs.HashFormat), start.Id, null)], null, [], context.CancellationToken);
        return new CreateBranchResponse { Branch = await ShowAsync(access.Id, refs, new RefLookup(name, start.Id), context.CancellationToken) };
    }

    public override async Task<RenameBranchResponse> RenameBranch(RenameBranchRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        RefEdits.RequireWrite(access);
        var old = RefLookup.Find(refs, Folder, request.Branch, request.ExpectedHead);
        var name = RefLookup.FindFree(refs, Folder, request.NewName);
        if (refs.HeadTarget == old.Name.Value && !access.MayManage)
        {
            throw new RefusedException(new Refusal(
                RefusalKind.PermissionDenied,
                $"'{request.Branch}' is the default branch: another name for it is for administrators of the project, with a login of at least scope 'write'."));
        }

        var none = ObjectId.Zero(refs.HashFormat);
        await edits.ApplyAsync(
            access.Id, [new RefUpdate(name, none, old.Id, null), new RefUpdate(old.Name, old.Id, none, null)], null, [], context.CancellationToken,
            access.MayManage ? name : null);
        refs = (await refCache.GetAsync(access.Id, context.CancellationToken)).Visible;
        return new RenameBranchResponse { Branch = await ShowAsync(access.Id, refs, old with { Name = name }, context.CancellationToken) };
    }

    public override async Task<DeleteBranchResponse> DeleteBranch(DeleteBranchRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        RefEdits.RequireWrite(access);
        var old = RefLookup.Find(refs, Folder, request.Branch, request.ExpectedHead);
        IReadOnlyList<string> options = request.EvenDefault ? [PushOptionNames.AllowDeleteDefaultBranch] : [];
        await edits.ApplyAsync(
            access.Id, [new RefUpdate(old.Name, old.Id, ObjectId.Zero(refs.HashFormat), null)], null, options, context.CancellationToken);
        return new DeleteBranchResponse();
    }

    private async Task<(RepositoryAccess Access, RefSnapshot Refs)> OpenAsync(string project, string repository, CancellationToken cancellationToken)
    {
        var access = await repositories.ResolveAsync(project, repository, cancellationToken);
        return (access, (await refCache.GetAsync(access.Id, cancellationToken)).Visible);
    }

    private async Task CompareAsync(RepositoryId repository, RefSnapshot refs, IReadOnlyList<Branch> branches, CancellationToken cancellationToken)
    {
        if (!refs.TryResolveHead(out var head)) return;
        var commits = branches.Where(static b => b.Commit is not null).ToLookup(static b => ObjectId.Parse(b.Commit.CommitId));
        foreach (var (commit, distance) in await distances.ReadAsync(repository, head, [.. commits.Select(static c => c.Key)], cancellationToken))
        {
            foreach (var branch in commits[commit]) (branch.Ahead, branch.Behind) = (distance.Ahead, distance.Behind);
        }
    }

    private async Task<Branch> ShowAsync(RepositoryId repository, RefSnapshot refs, RefLookup found, CancellationToken cancellationToken) =>
        RefMessages.Branch(found.Name.ShortName, await RefLookup.TipAsync(tips, repository, found.Id, cancellationToken), refs);
}
