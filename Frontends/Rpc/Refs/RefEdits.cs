using System.IO.Pipelines;
using Granary.Frontends.Rpc.Errors;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>Moves branches and tags by the way of a push.</summary>
internal sealed class RefEdits(ApiPush pushes)
{
    /// <exception cref="RefusedException">The caller may not push.</exception>
    public static void RequireWrite(RepositoryAccess access)
    {
        if (access.Level >= AccessLevel.Write) return;
        throw new RefusedException(new Refusal(
            RefusalKind.PermissionDenied, "Changing branches and tags needs the role of a member of the project, and a login of at least scope 'write'."));
    }

    /// <param name="repository">Of which.</param>
    /// <param name="updates">All or none of them.</param>
    /// <param name="pack">New objects; null: none.</param>
    /// <param name="options">Push options.</param>
    /// <param name="cancellationToken">The client went away; once the turn has begun it is not asked any more.</param>
    /// <param name="newHead">Where HEAD goes if the branch that it names is deleted; null: nowhere, and the default branch stays.</param>
    /// <exception cref="RefusedException">Nothing was changed.</exception>
    public async Task ApplyAsync(
        RepositoryId repository, IReadOnlyList<RefUpdate> updates, PipeReader? pack, IReadOnlyList<string> options, CancellationToken cancellationToken,
        RefName? newHead = null)
    {
        var outcome = await pushes.SubmitAsync(repository, updates, pack, options, newHead, cancellationToken);

        // Of an atomic push the ref that stood in the way says more than those that were not attempted for its sake.
        var failed = outcome.Results.Zip(updates).Where(static r => r.First.Status != RefUpdateStatus.Ok)
            .OrderBy(static r => r.First.Status == RefUpdateStatus.NotAttempted).FirstOrDefault();
        if (failed.First is not null) throw RefusalOf(failed.First, failed.Second);
    }

    private static RefusedException RefusalOf(RefUpdateResult result, RefUpdate update)
    {
        var kind = result.Status switch
        {
            RefUpdateStatus.LockFailure when update.IsCreate => RefusalKind.AlreadyExists,
            RefUpdateStatus.NotAttempted => RefusalKind.Unavailable,
            _ => RefusalKind.FailedPrecondition,
        };
        return new RefusedException(new Refusal(kind, $"'{update.Name.ShortName}' was not changed: {result.Message ?? result.Status.ToString()}."));
    }
}
