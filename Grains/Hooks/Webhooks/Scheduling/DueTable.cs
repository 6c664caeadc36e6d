using Granary.Grains.Hooks.Webhooks.Storage;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>Says anew when a webhook has something to do, after any change of what that follows from and in its transaction.</summary>
internal static class DueTable
{
    public static void Refresh(WebhookSession session, Guid id, DateTimeOffset now, WebhookOptions options)
    {
        var hook = session.Hooks.Find(id);
        if (hook is null) return;
        var deliveries = session.Deliveries;
        var (fresh, retry) = hook.IsActive ? (deliveries.FirstDue(id, Lane.Fresh), deliveries.FirstDue(id, Lane.Retry)) : (null, null);
        var hasRoom = hook.IsActive && session.Cursors.FindBehind(id) is not null && deliveries.CountWaiting(id) <= options.MaxWaiting / 2;
        long? journal = hasRoom ? Columns.Of(now) : null;
        if (hook.Health.ProbeAt is { } probe)
        {
            // One attempt at a time, and only then: of what waits, or of what the journal has.
            var at = Columns.Of(probe);
            var waits = fresh is not null || retry is not null;
            (fresh, retry, journal) = (waits ? at : null, null, waits || journal is null ? null : at);
        }

        session.Lanes.Put(id, Lane.Manual, hook.Host, deliveries.FirstDue(id, Lane.Manual));
        session.Lanes.Put(id, Lane.Fresh, hook.Host, fresh);
        session.Lanes.Put(id, Lane.Retry, hook.Host, retry);
        session.Lanes.Put(id, Lane.Journal, hook.Host, journal);
    }
}
