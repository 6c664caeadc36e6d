using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Hooks.Webhooks;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Webhooks;

internal sealed partial class WebhookService
{
    public async Task<Outcome<WebhookDelivery>> PingAsync(WebhookOwner owner, Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sent = await file.WriteAsync(session =>
        {
            if (Find(session, owner, id) is not { } hook) return (Outcome<WebhookDelivery>)NotFound;
            if (session.Deliveries.CountWaiting(id, Lane.Manual) >= MaxManual) return TooMany;
            var ping = payloads.OfPing(hook);
            session.Deliveries.Add(ping, Lane.Manual, now);
            DueTable.Refresh(session, id, now, _options);
            return session.Deliveries.Find(id, ping.Id)!.Info;
        });
        signal.Set();
        return sent;
    }

    public Task<Outcome<WebhookDeliveryPage>> ListDeliveriesAsync(
        WebhookOwner owner, Guid id, int size, long? before, CancellationToken cancellationToken) => file.ReadAsync(session =>
    {
        if (Find(session, owner, id) is null) return (Outcome<WebhookDeliveryPage>)NotFound;
        var found = session.Deliveries.List(id, before, size + 1).ConvertAll(static d => d.Info);
        var more = found.Count > size;
        if (more) found.RemoveAt(size);
        return new WebhookDeliveryPage(found, more ? found[^1].Place : null);
    });

    public Task<Outcome<WebhookDeliveryDetails>> GetDeliveryAsync(
        WebhookOwner owner, Guid id, Guid delivery, CancellationToken cancellationToken) => file.ReadAsync(session =>
    {
        if (Find(session, owner, id) is null) return (Outcome<WebhookDeliveryDetails>)NotFound;
        if (session.Deliveries.Find(id, delivery) is not { } found) return NoDelivery;
        return new WebhookDeliveryDetails(found.Info, session.Deliveries.FindBody(delivery), session.Attempts.List(delivery));
    });

    public async Task<Outcome<WebhookDelivery>> RedeliverAsync(WebhookOwner owner, Guid id, Guid delivery, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sent = await file.WriteAsync(session =>
        {
            if (Find(session, owner, id) is null) return (Outcome<WebhookDelivery>)NotFound;
            if (session.Deliveries.Find(id, delivery) is null) return NoDelivery;
            if (session.Deliveries.CountWaiting(id, Lane.Manual) >= MaxManual) return TooMany;
            session.Deliveries.Queue(id, delivery, Lane.Manual, now);
            DueTable.Refresh(session, id, now, _options);
            return session.Deliveries.Find(id, delivery)!.Info;
        });
        signal.Set();
        return sent;
    }

    public async Task<Outcome<WebhookReplay>> ReplayAsync(
        WebhookOwner owner, Guid id, RepositoryId repository, long since, CancellationToken cancellationToken)
    {
        if (since < 1) return new Refusal(RefusalKind.InvalidArgument, "Sequence numbers begin with 1.");
        var (first, last) = await journal.BoundsAsync(repository);
        var from = Math.Max(since, first);
        var begun = await file.WriteAsync(session =>
        {
            if (Find(session, owner, id) is not { } hook) return (Outcome<WebhookReplay>)NotFound;
            if (!hook.IsActive) return new Refusal(RefusalKind.FailedPrecondition, "The webhook is switched off; make it active first.");
            if (from <= last)
            {
                var cursor = session.Cursors.Find(id, repository);
                session.Cursors.Put(id, repository, new Cursor(from - 1, Math.Max(last, cursor?.Seen ?? 0), last));
                DueTable.Refresh(session, id, time.GetUtcNow(), _options);
            }

            return new WebhookReplay(from, last);
        });
        signal.Set();
        return begun;
    }

    /// <summary>What users asked for and waits, of one webhook.</summary>
    private const int MaxManual = 100;

    private static Refusal TooMany { get; } = new(RefusalKind.ResourceExhausted, "Too much was asked of this webhook at once; please try again in a moment.");
}
