using Granary.Grains.Hooks.Webhooks.Storage;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>An attempt that was taken on, until its lease is over.</summary>
/// <param name="Hook">Whose.</param>
/// <param name="Delivery">Empty: the webhook's events in the journal.</param>
/// <param name="Lane">Where it waited.</param>
/// <param name="Host">What it is counted by.</param>
[GenerateSerializer, Immutable, Alias("granary.WebhookClaim")]
internal sealed record Claim([property: Id(0)] Guid Hook, [property: Id(1)] Guid Delivery, [property: Id(2)] Lane Lane, [property: Id(3)] string Host);

/// <summary>Takes on what is due, so that no other silo does; in a transaction.</summary>
internal static class Claims
{
    /// <summary>Each third probe is of the last delivery: the receiver may be well, and fail on the first one alone.</summary>
    private const int OtherProbe = 3;

    public static List<Claim> Take(
        WebhookSession session, IReadOnlyList<DueLane> due, DateTimeOffset now, TimeSpan lease, WebhookOptions options)
    {
        var claims = new List<Claim>();
        foreach (var lane in due)
        {
            if (!session.Lanes.Lease(lane, now, now + lease)) continue;
            if (lane.Lane == Lane.Journal)
            {
                claims.Add(new Claim(lane.Hook, Guid.Empty, lane.Lane, lane.Host));
                continue;
            }

            if (Choose(session, lane, now) is { } chosen)
            {
                claims.Add(new Claim(lane.Hook, chosen.Info.Id, lane.Lane, lane.Host));
                continue;
            }

            session.Lanes.Release(lane.Hook, lane.Lane);
            DueTable.Refresh(session, lane.Hook, now, options);
        }

        return claims;
    }

    private static StoredDelivery? Choose(WebhookSession session, DueLane lane, DateTimeOffset now)
    {
        if (lane.Lane == Lane.Fresh && session.Hooks.Find(lane.Hook) is { Health: { IsOpen: true } health })
            return session.Deliveries.NextOfAny(lane.Hook, isLast: health.Probes % OtherProbe == 0);
        return lane.Lane == Lane.Retry
            ? session.Deliveries.Next(lane.Hook, lane.Lane, now)
            : session.Deliveries.Next(lane.Hook, lane.Lane);
    }
}
