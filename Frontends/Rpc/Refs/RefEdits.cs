using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Git;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>Moves refs by the way of a push: a look at the objects, and the one turn that moves all of them or none.</summary>
internal sealed class RefEdits(IGrainFactory grains, IRefCache refCache, IPackReceiver packs, CurrentCaller current, ILogger<RefEdits> logger)
{
    private const string Protocol = "api";

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
        var policy = await grains.GetRepository(repository).GetPolicyAsync(cancellationToken);
        var pushId = Guid.NewGuid();
        var quarantine = packs.Open(repository, pushId, Requester.Of(current.Caller, null), policy);
        await using var end = quarantine.ConfigureAwait(false);
        if (pack is not null) await ReceiveAsync(quarantine, pack, cancellationToken);
        var refs = await refCache.GetAsync(repository, cancellationToken);
        var inspected = await quarantine.InspectAsync(refs, updates, cancellationToken);
        if (inspected.FirstOrDefault(static i => i.Refusal is not null) is { } refused) throw RefusalOf(refused.Refusal!, refused.Update);
        cancellationToken.ThrowIfCancellationRequested();
        var push = new PushRequest(pushId, current.Caller, [.. inspected.Select(static i => i.Update)], Atomic: true, quarantine.HasObjects, options, Protocol, NewHead: newHead);
        var outcome = await new PushSubmission(grains, logger).ApplyAsync(repository, push);

        // Of an atomic push the ref that stood in the way says more than those that were not attempted for its sake.
        var failed = outcome.Results.Zip(updates).Where(static r => r.First.Status != RefUpdateStatus.Ok)
            .OrderBy(static r => r.First.Status == RefUpdateStatus.NotAttempted).FirstOrDefault();
        if (failed.First is not null) throw RefusalOf(failed.First, failed.Second);
    }

    private static async Task ReceiveAsync(IQuarantine quarantine, PipeReader pack, CancellationToken cancellationToken)
    {
        try
        {
            await quarantine.ReceiveAsync(pack, null, cancellationToken);
        }
        catch (PackRefusedException refused)
        {
            throw new RefusedException(new Refusal(RefusalKind.FailedPrecondition, $"The object was refused: {refused.Message}."));
        }
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
