using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>
/// Takes events in: deliveries are made of them at once, or they stay in the journal, known by the cursor, while the receiver
/// fails or has much waiting.
/// </summary>
internal static class Intake
{
    /// <summary>An event of a repository for one webhook, in a transaction; an event that comes again changes nothing.</summary>
    public static void Take(
        WebhookSession session, Guid hookId, RepositoryId repository, long sequence, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now,
        WebhookOptions options)
    {
        if (session.Hooks.Find(hookId) is not { IsActive: true } hook) return;
        var cursor = session.Cursors.Find(hookId, repository) ?? new Cursor(sequence - 1, sequence - 1, 0);
        var seen = Math.Max(cursor.Seen, sequence);
        var waits = hook.Health.IsOpen || cursor.IsBehind || session.Deliveries.CountWaiting(hookId) >= options.MaxWaiting;
        if (waits && sequence > cursor.Sequence)
        {
            session.Cursors.Put(hookId, repository, cursor with { Seen = seen });
        }
        else
        {
            // Also of an event that comes late, after others: a dead letter that was replayed.
            foreach (var delivery in deliveries) session.Deliveries.Add(delivery, Lane.Fresh, now);
            session.Cursors.Put(hookId, repository, cursor with { Sequence = Math.Max(cursor.Sequence, sequence), Seen = seen });
        }

        DueTable.Refresh(session, hookId, now, options);
    }

    /// <summary>What a read of the journal brought, if the cursor is still where the read began.</summary>
    /// <param name="session">In a transaction.</param>
    /// <param name="claim">Of the journal's lane.</param>
    /// <param name="repository">Whose journal.</param>
    /// <param name="from">The cursor at the beginning.</param>
    /// <param name="events">By sequence, with the deliveries to be made of each.</param>
    /// <param name="to">Everything up to here was read.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">Bounds.</param>
    public static void TakeFromJournal(
        WebhookSession session, Claim claim, RepositoryId repository, Cursor from, IReadOnlyList<NewDelivery> events, long to, DateTimeOffset now,
        WebhookOptions options)
    {
        session.Lanes.Release(claim.Hook, claim.Lane);
        if (session.Cursors.Find(claim.Hook, repository) is { } cursor && cursor.Sequence == from.Sequence)
        {
            foreach (var delivery in events)
            {
                if (!session.Deliveries.Add(delivery, Lane.Fresh, now) && delivery.Sequence <= cursor.Again)
                    session.Deliveries.Queue(claim.Hook, delivery.Id, Lane.Fresh, now);
            }

            var sequence = Math.Max(to, cursor.Sequence);
            session.Cursors.Put(claim.Hook, repository, cursor with { Sequence = sequence, Seen = Math.Max(sequence, cursor.Seen) });
        }

        DueTable.Refresh(session, claim.Hook, now, options);
    }
}
