using System.Text;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git.Committing;
using Granary.Git.Reading;
using Granary.Projects;
using Granary.Repositories;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>Tags, light and annotated.</summary>
internal sealed class GrpcTagService(
    RepositoryResolver repositories, IRefCache refCache, IRevisions revisions, IRefTipReader tips, ITagDrafts drafts, CallerSignature signature, RefEdits edits)
    : TagService.TagServiceBase
{
    private const string Folder = "refs/tags/";
    private const int MaxMessageLength = 64 << 10;

    public override async Task<ListTagsResponse> ListTags(ListTagsRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        var query = new RefQuery(Folder, request.Prefix, request.Contains, request.Order, request.PageSize, request.PageToken);
        var page = await RefPage.ReadAsync(access.Id, refs, query, tips, context.CancellationToken);
        return new ListTagsResponse { Tags = { page.Items.Select(static item => RefMessages.Tag(item.Name, item.Tip)) }, NextPageToken = page.NextPageToken };
    }

    public override async Task<GetTagResponse> GetTag(GetTagRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        return new GetTagResponse { Tag = await ShowAsync(access.Id, RefLookup.Find(refs, Folder, request.Tag), context.CancellationToken) };
    }

    public override async Task<CreateTagResponse> CreateTag(CreateTagRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        RefEdits.RequireWrite(access);
        if (request.Message.Contains('\0', StringComparison.Ordinal)) throw Arguments.Invalid("A message may not contain a NUL.");
        if (Encoding.UTF8.GetByteCount(request.Message) > MaxMessageLength) throw Arguments.Invalid($"A message may have at most {MaxMessageLength} bytes.");
        var name = RefLookup.FindFree(refs, Folder, request.Tag);
        var target = await revisions.ResolveAsync(access.Id, request.Target, context.CancellationToken).OrRefuse();
        var id = string.IsNullOrWhiteSpace(request.Message)
            ? await CreateAsync(access.Id, name, refs, target.Id, null, context.CancellationToken)
            : await AnnotateAsync(access.Id, name, refs, target.Id, request.Message, context.CancellationToken);
        return new CreateTagResponse { Tag = await ShowAsync(access.Id, new RefLookup(name, id), context.CancellationToken) };
    }

    public override async Task<RenameTagResponse> RenameTag(RenameTagRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        RefEdits.RequireWrite(access);
        var old = RefLookup.Find(refs, Folder, request.Tag, request.ExpectedObject);
        var name = RefLookup.FindFree(refs, Folder, request.NewName);
        var none = ObjectId.Zero(refs.HashFormat);
        await edits.ApplyAsync(
            access.Id, [new RefUpdate(name, none, old.Id, null), new RefUpdate(old.Name, old.Id, none, null)], null, [], context.CancellationToken);
        return new RenameTagResponse { Tag = await ShowAsync(access.Id, old with { Name = name }, context.CancellationToken) };
    }

    public override async Task<DeleteTagResponse> DeleteTag(DeleteTagRequest request, ServerCallContext context)
    {
        var (access, refs) = await OpenAsync(request.Project, request.Repository, context.CancellationToken);
        RefEdits.RequireWrite(access);
        var old = RefLookup.Find(refs, Folder, request.Tag, request.ExpectedObject);
        await edits.ApplyAsync(
            access.Id, [new RefUpdate(old.Name, old.Id, ObjectId.Zero(refs.HashFormat), null)], null, [], context.CancellationToken);
        return new DeleteTagResponse();
    }

    private async Task<ObjectId> AnnotateAsync(
        RepositoryId repository, RefName name, RefSnapshot refs, ObjectId target, string message, CancellationToken cancellationToken)
    {
        var tip = await RefLookup.TipAsync(tips, repository, target, cancellationToken);
        var tagger = await signature.NowAsync("Making annotated tags", cancellationToken);
        var draft = await drafts.MakeAsync(repository, new NewTag(name.ShortName, target, tip.Kind, tagger, message));
        await using var end = draft.ConfigureAwait(false);
        return await CreateAsync(repository, name, refs, draft.Id, draft.OpenPack(), cancellationToken);
    }

    private async Task<ObjectId> CreateAsync(
        RepositoryId repository, RefName name, RefSnapshot refs, ObjectId id, System.IO.Pipelines.PipeReader? pack, CancellationToken cancellationToken)
    {
        await edits.ApplyAsync(repository, [new RefUpdate(name, ObjectId.Zero(refs.HashFormat), id, null)], pack, [], cancellationToken);
        return id;
    }

    private async Task<(RepositoryAccess Access, RefSnapshot Refs)> OpenAsync(string project, string repository, CancellationToken cancellationToken)
    {
        var access = await repositories.ResolveAsync(project, repository, cancellationToken);
        return (access, (await refCache.GetAsync(access.Id, cancellationToken)).Visible);
    }

    private async Task<Tag> ShowAsync(RepositoryId repository, RefLookup found, CancellationToken cancellationToken) =>
        RefMessages.Tag(found.Name.ShortName, await RefLookup.TipAsync(tips, repository, found.Id, cancellationToken));
}
