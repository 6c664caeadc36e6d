using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>
/// The way of a push for calls of the API: new objects through the quarantine, a look at what they and the refs need, and the
/// one turn that moves all refs or none.
/// </summary>
internal sealed class ApiPush(IGrainFactory grains, IRefCache refCache, IPackReceiver packs, CurrentCaller current, ILogger<ApiPush> logger)
{
    private const string Protocol = "api";

    /// <param name="repository">One that the caller may push to.</param>
    /// <param name="updates">All or none of them.</param>
    /// <param name="pack">New objects; null: none.</param>
    /// <param name="options">Push options.</param>
    /// <param name="newHead">Where HEAD goes if the branch that it names is deleted; null: nowhere, and the default branch stays.</param>
    /// <param name="cancellationToken">The client went away; once the turn has begun it is not asked any more.</param>
    /// <returns>One result per update.</returns>
    /// <exception cref="RefusedException">The objects are not accepted.</exception>
    public async Task<PushOutcome> SubmitAsync(
        RepositoryId repository, IReadOnlyList<RefUpdate> updates, PipeReader? pack, IReadOnlyList<string> options, RefName? newHead,
        CancellationToken cancellationToken)
    {
        var policy = await grains.GetRepository(repository).GetPolicyAsync(cancellationToken);
        var pushId = Guid.NewGuid();
        var quarantine = packs.Open(repository, pushId, Requester.Of(current.Caller, null), policy);
        await using var end = quarantine.ConfigureAwait(false);
        if (pack is not null) await ReceiveAsync(quarantine, pack, cancellationToken);
        var refs = await refCache.GetAsync(repository, cancellationToken);
        var inspected = await quarantine.InspectAsync(refs, updates, cancellationToken);
        if (inspected.Any(static i => i.Refusal is not null))
            return new PushOutcome([.. inspected.Select(static i => i.Refusal ?? new RefUpdateResult(i.Update.Name, RefUpdateStatus.NotAttempted))], 0);
        cancellationToken.ThrowIfCancellationRequested();
        var push = new PushRequest(pushId, current.Caller, [.. inspected.Select(static i => i.Update)], Atomic: true, quarantine.HasObjects, options, Protocol, NewHead: newHead);
        return await new PushSubmission(grains, logger).ApplyAsync(repository, push);
    }

    private static async Task ReceiveAsync(IQuarantine quarantine, PipeReader pack, CancellationToken cancellationToken)
    {
        try
        {
            await quarantine.ReceiveAsync(pack, null, cancellationToken);
        }
        catch (PackRefusedException refused)
        {
            throw new RefusedException(new Refusal(RefusalKind.FailedPrecondition, $"What would be added was refused: {refused.Message}."));
        }
    }
}
