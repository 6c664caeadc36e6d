using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Git;
using Granary.Imports.Sources;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Imports;

/// <summary>
/// One import into a repository that has no refs: the way of a push, from the quarantine to the one turn that sets all refs
/// or none.
/// </summary>
internal sealed class ImportRun(
    IGrainFactory grains, IRefCache refCache, IPackReceiver packs, PushSubmission submission, ImportOptions options, ImportTarget target,
    ImportPlace place, IImportListener listener) : IPackListener
{
    private const int NamedRefusals = 3;
    private const string Protocol = "import";

    private readonly IRepositoryGrain _repository = grains.GetRepository(place.Id);

    bool IPackListener.WantsProgress => false;

    void IPackListener.Received() => listener.Reached(ImportStage.Checking);

    void IPackListener.Progress(ReadOnlyMemory<byte> line)
    {
        // Not asked for.
    }

    public async Task<Outcome<ImportResult>> RunAsync(IImportSource source, CancellationToken cancellationToken)
    {
        if (!place.IsNew && await FindFaultAsync(cancellationToken).ConfigureAwait(false) is { } fault) return fault;
        listener.Reached(ImportStage.Starting);
        var policy = await _repository.GetPolicyAsync(cancellationToken).ConfigureAwait(false);
        var refs = new SourceRefs(options.MaxRefs, options.EffectiveSkippedRefs, policy.HiddenRefs);
        await source.ReadRefsAsync(refs, cancellationToken).ConfigureAwait(false);
        if (refs.Kept.Count > 0)
        {
            policy = policy with { Limits = policy.Limits with { MaxRefsPerPush = int.MaxValue } };
            var pushId = Guid.NewGuid();
            var requester = Requester.Of(target.Caller, null);
            var quarantine = packs.Open(place.Id, pushId, requester, policy, options.EffectiveFsckIgnore);
            await using (quarantine.ConfigureAwait(false))
            {
                var refusal = await FillAsync(source, refs, quarantine, pushId, cancellationToken).ConfigureAwait(false);
                if (refusal is not null) return refusal;
            }
        }
        else if (await SetHeadAsync(refs, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var completed = await grains.GetProject(target.Project).CompleteImportAsync(
            target.Caller, target.Repository, place.Id, CancellationToken.None).ConfigureAwait(false);
        return completed.IsDone
            ? new ImportResult(completed.Value!, refs.Kept.Count, source.Received, refs.Skipped, refs.SkippedCount)
            : completed.Refusal!;
    }

    private Refusal NotEmpty => new(RefusalKind.AlreadyExists, $"The repository '{target.Repository}' is not empty; import into a new or an empty one.");

    private async Task<Refusal?> FindFaultAsync(CancellationToken cancellationToken)
    {
        if (await _repository.GetInfoAsync(cancellationToken).ConfigureAwait(false) is { IsArchived: true })
            return new Refusal(RefusalKind.FailedPrecondition, $"The repository '{target.Repository}' is archived and read-only; unarchive it first.");
        var refs = await refCache.GetAsync(place.Id, cancellationToken).ConfigureAwait(false);
        return refs.Count == 0 ? null : NotEmpty;
    }

    private async Task<Refusal?> FillAsync(
        IImportSource source, SourceRefs refs, IQuarantine quarantine, Guid pushId, CancellationToken cancellationToken)
    {
        listener.Reached(ImportStage.Receiving);
        var pack = await source.OpenPackAsync(refs.Kept.Values.Distinct().ToList(), cancellationToken).ConfigureAwait(false);
        await quarantine.ReceiveAsync(pack, this, cancellationToken).ConfigureAwait(false);
        var updates = refs.Kept.Select(static r => new RefUpdate(r.Key, ObjectId.Zero(HashFormat.Sha1), r.Value, null)).ToList();
        var snapshot = await refCache.GetAsync(place.Id, cancellationToken).ConfigureAwait(false);
        if (snapshot.Count > 0) return NotEmpty;
        var inspected = await quarantine.InspectAsync(snapshot, updates, cancellationToken).ConfigureAwait(false);
        if (Refuse(inspected.Select(static i => i.Refusal)) is { } fault) return fault;

        listener.Reached(ImportStage.Finishing);
        if (await SetHeadAsync(refs, cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;

        // Hours may have gone by: what was revoked meanwhile is not allowed any more.
        if (await grains.GetProject(target.Project).GetRoleAsync(target.Caller, cancellationToken).ConfigureAwait(false) != ProjectRole.Admin)
            return new Refusal(RefusalKind.PermissionDenied, "Only administrators of the project may do that.");
        var push = new PushRequest(
            pushId, target.Caller, [.. inspected.Select(static i => i.Update)], Atomic: true, quarantine.HasObjects, [], Protocol, IsImport: true);
        cancellationToken.ThrowIfCancellationRequested();
        var outcome = await submission.ApplyAsync(place.Id, push).ConfigureAwait(false);
        return Refuse(outcome.Results.Select(static r => r.Status == RefUpdateStatus.Ok ? null : r));
    }

    private async Task<Refusal?> SetHeadAsync(SourceRefs refs, CancellationToken cancellationToken)
    {
        if (refs.ChooseHead() is not { } head) return null;
        var changes = new RepositoryChanges(DefaultBranch: RefName.Parse(head).ShortName);
        return (await _repository.UpdateAsync(changes, cancellationToken).ConfigureAwait(false)).Refusal;
    }

    private static Refusal? Refuse(IEnumerable<RefUpdateResult?> results)
    {
        var refused = results.OfType<RefUpdateResult>().ToList();
        if (refused.Count == 0) return null;

        // Those that were not attempted only repeat that there are others.
        var causes = refused.Where(static r => r.Status != RefUpdateStatus.NotAttempted).ToList();
        if (causes.Count == 0) causes = refused;
        var named = causes.Take(NamedRefusals).Select(static r => $"{r.Name}: {r.Message}");
        var more = causes.Count > NamedRefusals ? $"; and {causes.Count - NamedRefusals} more" : "";
        return new Refusal(RefusalKind.FailedPrecondition, $"Nothing was imported. {string.Join("; ", named)}{more}.");
    }
}
