using Granary.Grains.Git;
using Granary.Grains.Git.Journal;
using Granary.Grains.Git.Processes;
using Granary.Grains.Hooks.Webhooks.Payloads;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Grains.Outbox;
using Granary.Grains.Posix;
using Granary.Hooks.Webhooks;
using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>Makes deliveries of what a webhook has yet to get from the journals: after an outage of its receiver, or for a replay.</summary>
internal sealed class JournalIntake(
    WebhookFile file, PayloadBuilder payloads, RepositoryLayout layout, GitCommand git, IGrainFactory grains,
    [FromKeyedServices(BlockingWork.Background)] BlockingWork files, IOptions<GitOptions> gitOptions, IOptions<WebhookOptions> options, TimeProvider time)
{
    private const int MaxBatch = 100;

    /// <summary>A batch of one repository. What comes of it is never an attempt, so that nothing is learnt of the receiver.</summary>
    public async Task<WebhookOutcome?> ReadAsync(Claim claim, CancellationToken cancellationToken)
    {
        var (hook, repository, cursor) = await file.ReadAsync(session =>
        {
            var behind = session.Cursors.FindBehind(claim.Hook);
            return (session.Hooks.Find(claim.Hook), behind, behind is { } id ? session.Cursors.Find(claim.Hook, id) : null);
        });
        if (hook is null || repository is not { } found || cursor is null)
        {
            await file.WriteAsync(session => session.Lanes.Release(claim.Hook, claim.Lane));
            return null;
        }

        var info = await grains.GetRepository(found).GetInfoAsync(cancellationToken);
        var (records, to) = info is null ? ([], cursor.Seen) : await ReadJournalAsync(found, cursor, hook.Health.IsOpen ? 1 : MaxBatch);
        var forced = new ForcedUpdates(git, layout.Of(found), gitOptions.Value.ShortWalkTimeout, time);
        var deliveries = new List<NewDelivery>();
        foreach (var record in records) deliveries.AddRange(payloads.Of(hook, await JournalEvents.ToEventAsync(found, record, forced), info!));
        await file.WriteAsync(session => Intake.TakeFromJournal(session, claim, found, cursor, deliveries, to, time.GetUtcNow(), options.Value));
        return null;
    }

    /// <summary>The first sequence number that the journal still has, and the last one that is decided.</summary>
    public Task<(long First, long Last)> BoundsAsync(RepositoryId repository) => files.RunAsync(() =>
    {
        var journal = new JournalReader(layout.Of(repository).Journal);
        return (journal.FirstSequence, journal.Read(long.MaxValue - 1, 1).Last);
    });

    private Task<(IReadOnlyList<JournalRecord> Records, long To)> ReadJournalAsync(RepositoryId repository, Cursor cursor, int most) => files.RunAsync(() =>
    {
        var tail = new JournalReader(layout.Of(repository).Journal).Read(cursor.Sequence, most);

        // At the end: what was seen and is not there any more will not come.
        return (tail.Committed, tail.HasMore ? tail.Committed[^1].Sequence : Math.Max(tail.Last, cursor.Seen));
    });
}
