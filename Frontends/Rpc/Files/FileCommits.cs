using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Refs;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git.Committing;
using Granary.Git.Reading;
using Granary.Projects;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Files;

/// <summary>Makes a commit and pushes it: from the draft through the quarantine to the one turn that moves the branch.</summary>
internal sealed class FileCommits(
    IGrainFactory grains, IRefCache refCache, ICommitReader commits, ICommitDrafts drafts, RepositoryResolver repositories, CallerSignature signature, ApiPush pushes)
{
    /// <exception cref="RefusedException">It was refused; nothing was changed.</exception>
    public async Task<MadeCommit> MakeAsync(CommitHeader header, IAsyncEnumerable<PendingEdit> edits, CancellationToken cancellationToken)
    {
        var access = await repositories.ResolveAsync(header.Project, header.Repository, cancellationToken);
        if (access.Level < AccessLevel.Write)
            throw Refuse(RefusalKind.PermissionDenied, "Making commits needs the role of a member of the project, and a login of at least scope 'write'.");
        var wish = CommitWish.Of(header);
        var refs = await refCache.GetAsync(access.Id, cancellationToken);
        var place = await BranchPlace.FindAsync(
            refs.Visible, wish, async start => (await commits.GetAsync(access.Id, start, cancellationToken).OrRefuse()).Id);
        var policy = await grains.GetRepository(access.Id).GetPolicyAsync(cancellationToken);
        var draft = await BeginAsync(access.Id, place, policy.Limits.MaxFileSize, cancellationToken);
        await using var draftEnd = draft.ConfigureAwait(false);
        await foreach (var edit in edits.WithCancellation(cancellationToken))
        {
            var applied = await draft.ApplyAsync(edit.Edit, edit.Content, cancellationToken);
            if (applied.Refusal is { } refusal) throw new RefusedException(refusal);
        }

        var committer = await signature.NowAsync("Making commits", cancellationToken);
        var text = new CommitText(wish.Message, wish.AuthorOr(committer), committer);
        var commit = await draft.CompleteAsync(text, wish.AllowEmpty, cancellationToken).OrRefuse();

        var outcome = await pushes.SubmitAsync(
            access.Id, [new RefUpdate(wish.Branch, place.Old, commit.Id, null)], draft.OpenPack(), [], newHead: null, cancellationToken);
        var result = outcome.Results.Single();
        if (result.Status != RefUpdateStatus.Ok) throw RefusalOf(result, wish);
        return new MadeCommit
        {
            CommitId = commit.Id.ToString(),
            PreviousCommitId = place.Old.IsZero ? "" : place.Old.ToString(),
            Branch = wish.Branch.ShortName,
            Sequence = outcome.Sequence,
            Notices = { outcome.Notices ?? [] },
        };
    }

    private async Task<ICommitDraft> BeginAsync(RepositoryId repository, BranchPlace place, long maxFileSize, CancellationToken cancellationToken)
    {
        var begun = await drafts.BeginAsync(repository, place.Parent, maxFileSize, cancellationToken);
        return begun ?? throw Refuse(RefusalKind.NotFound, $"There is no commit {place.Parent} to start from.");
    }

    /// <summary>Somebody was faster: who named the head that was expected must look again, anybody else may just try again.</summary>
    private static RefusedException RefusalOf(RefUpdateResult result, CommitWish wish)
    {
        var kind = result.Status is RefUpdateStatus.LockFailure or RefUpdateStatus.NotAttempted && wish.ExpectedHead is null
            ? RefusalKind.Unavailable
            : RefusalKind.FailedPrecondition;
        return Refuse(kind, $"The branch '{wish.Branch.ShortName}' was not changed: {result.Message ?? result.Status.ToString()}.");
    }

    private static RefusedException Refuse(RefusalKind kind, string message) => new(new Refusal(kind, message));
}
