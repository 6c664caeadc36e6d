using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Hooks.Webhooks;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>What an attempt means for its delivery and its webhook.</summary>
internal sealed class Settlement(RetrySchedule schedule, WebhookOptions options)
{
    /// <summary>Writes it down, in one transaction; returns the webhook when this attempt was what switched it off.</summary>
    public StoredHook? Settle(WebhookSession session, Claim claim, WebhookAttempt attempt, DateTimeOffset now)
    {
        session.Lanes.Release(claim.Hook, claim.Lane);
        if (session.Hooks.Find(claim.Hook) is not { } hook || session.Deliveries.Find(claim.Hook, claim.Delivery) is not { } delivery) return null;
        session.Attempts.Add(claim.Delivery, attempt with { Number = delivery.Info.AttemptCount + 1 }, options.MaxLoggedAttempts);
        var next = attempt.Outcome == WebhookOutcome.Delivered ? Succeed(session, hook, delivery, now) : Fail(session, hook, delivery, now);
        if (next != hook) session.Hooks.Put(next);
        DueTable.Refresh(session, hook.Id, now, options);
        return hook.IsActive && !next.IsActive ? next : null;
    }

    private static StoredHook Succeed(WebhookSession session, StoredHook hook, StoredDelivery delivery, DateTimeOffset now)
    {
        session.Deliveries.End(delivery.Info.Id, WebhookDeliveryState.Delivered, now);
        return hook with { Health = ReceiverHealth.Good };
    }

    private StoredHook Fail(WebhookSession session, StoredHook hook, StoredDelivery delivery, DateTimeOffset now)
    {
        var health = hook.Health.Failed(now, schedule);

        // While the breaker is open nothing is given up, and what was not tried yet keeps its place.
        var tries = hook.Health.IsOpen ? delivery.Tries : delivery.Tries + 1;
        if (tries >= schedule.MaxTries || delivery.Info.Event == WebhookEvents.Ping)
        {
            session.Deliveries.End(delivery.Info.Id, WebhookDeliveryState.Failed, now);
        }
        else
        {
            var lane = hook.Health.IsOpen && delivery.Lane == Lane.Fresh ? Lane.Fresh : Lane.Retry;
            session.Deliveries.Wait(delivery.Info.Id, lane, now + schedule.RetryPause(Math.Max(1, tries)), tries);
        }

        if (!hook.IsActive || !health.IsOpen || now - health.FailingSince!.Value < schedule.DisableAfter) return hook with { Health = health };
        return hook with { Health = health, IsActive = false, Notice = Notice(health, now) };
    }

    private static string Notice(ReceiverHealth health, DateTimeOffset now) =>
        $"Switched off at {now:u}: every delivery since {health.FailingSince:u} failed. Mend the receiver, send a ping, make the webhook active again"
        + " and replay what it missed.";
}
