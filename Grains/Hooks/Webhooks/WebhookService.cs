using Granary.Accounts;
using Granary.Grains.Hooks.Webhooks.Payloads;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Hooks.Webhooks;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>The webhooks of projects and repositories, as their administrators keep them.</summary>
internal sealed partial class WebhookService(
    WebhookFile file, PayloadBuilder payloads, JournalIntake journal, WebhookSignal signal, IOptions<WebhookOptions> options, TimeProvider time) : IWebhooks
{
    private readonly WebhookOptions _options = options.Value;

    public async Task<Outcome<Webhook>> CreateAsync(
        WebhookOwner owner, WebhookSettings settings, UserName? user, CancellationToken cancellationToken)
    {
        if (WebhookRules.Refuse(settings with { Url = settings.Url ?? "" }) is { } refusal) return refusal;
        var hook = new StoredHook { Id = Guid.CreateVersion7(), Owner = owner, Url = settings.Url!, CreatedAt = time.GetUtcNow(), CreatedBy = user }.With(settings);
        return await file.WriteAsync(session =>
        {
            if (session.Hooks.List(owner, null, _options.MaxWebhooks).Count >= _options.MaxWebhooks)
                return (Outcome<Webhook>)new Refusal(RefusalKind.ResourceExhausted, $"There may be at most {_options.MaxWebhooks} webhooks here; remove some first.");
            session.Hooks.Put(hook);
            return hook.ToInfo(0);
        });
    }

    public Task<Outcome<Webhook>> GetAsync(WebhookOwner owner, Guid id, CancellationToken cancellationToken) => file.ReadAsync(session =>
        Find(session, owner, id) is { } hook ? (Outcome<Webhook>)hook.ToInfo(session.Deliveries.CountWaiting(id)) : NotFound);

    public Task<Page<Webhook>> ListAsync(WebhookOwner owner, PageRequest page, CancellationToken cancellationToken) => file.ReadAsync(session =>
    {
        var after = Guid.TryParse(page.After, out var id) ? id : (Guid?)null;
        var (items, nextAfter) = Paging.Take(
            session.Hooks.List(owner, after, page.Size + 1).Select(static hook => KeyValuePair.Create(hook.Id.ToString(), hook)), page.Size);
        return new Page<Webhook>([.. items.Select(pair => pair.Value.ToInfo(session.Deliveries.CountWaiting(pair.Value.Id)))], nextAfter);
    });

    public async Task<Outcome<Webhook>> UpdateAsync(WebhookOwner owner, Guid id, WebhookSettings changes, CancellationToken cancellationToken)
    {
        if (WebhookRules.Refuse(changes) is { } refusal) return refusal;
        var changed = await file.WriteAsync(session =>
        {
            if (Find(session, owner, id) is not { } hook) return (Outcome<Webhook>)NotFound;
            var next = hook.With(changes);
            if (changes.IsActive is not null) next = next with { Notice = null };
            if (next.IsActive && !hook.IsActive)
            {
                next = next with { Health = ReceiverHealth.Good };
                session.Cursors.Forgive(id);
            }
            else if (next.Host != hook.Host)
            {
                // Another receiver: what the one before did says nothing of it.
                next = next with { Health = ReceiverHealth.Good };
            }

            session.Hooks.Put(next);
            DueTable.Refresh(session, id, time.GetUtcNow(), _options);
            return next.ToInfo(session.Deliveries.CountWaiting(id));
        });
        signal.Set();
        return changed;
    }

    public Task<Outcome> DeleteAsync(WebhookOwner owner, Guid id, CancellationToken cancellationToken) => file.WriteAsync(session =>
    {
        if (Find(session, owner, id) is null) return (Outcome)NotFound;
        session.Removals.RemoveHook(id);
        return Outcome.Done;
    });

    private static Refusal NotFound { get; } = new(RefusalKind.NotFound, "There is no such webhook here.");

    private static Refusal NoDelivery { get; } = new(RefusalKind.NotFound, "The webhook has no such delivery, or not any more.");

    private static StoredHook? Find(WebhookSession session, WebhookOwner owner, Guid id) =>
        session.Hooks.Find(id) is { } hook && hook.Owner.Repository == owner.Repository
            && (owner.Repository is not null || hook.Owner.Project == owner.Project) ? hook : null;
}
