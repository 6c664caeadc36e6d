using Granary.Accounts;
using Granary.Repositories;

namespace Granary.Hooks.Webhooks;

/// <summary>
/// The webhooks of projects and repositories, their deliveries and the log of these. Whether the caller may manage the owner was
/// decided by the project; a webhook of another owner is answered like one that is not there.
/// </summary>
public interface IWebhooks
{
    Task<Outcome<Webhook>> CreateAsync(WebhookOwner owner, WebhookSettings settings, UserName? user, CancellationToken cancellationToken);

    Task<Outcome<Webhook>> GetAsync(WebhookOwner owner, Guid id, CancellationToken cancellationToken);

    /// <summary>Sorted by id; <see cref="PageRequest.Prefix"/> is not used.</summary>
    Task<Page<Webhook>> ListAsync(WebhookOwner owner, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Changes settings. One that was switched off and is made active again starts with what comes.</summary>
    Task<Outcome<Webhook>> UpdateAsync(WebhookOwner owner, Guid id, WebhookSettings changes, CancellationToken cancellationToken);

    /// <summary>Removes it with its deliveries; one that is under way may still arrive.</summary>
    Task<Outcome> DeleteAsync(WebhookOwner owner, Guid id, CancellationToken cancellationToken);

    /// <summary>Sends a ping now, whatever state the webhook is in.</summary>
    Task<Outcome<WebhookDelivery>> PingAsync(WebhookOwner owner, Guid id, CancellationToken cancellationToken);

    /// <summary>The latest first, before a place; null: from the latest.</summary>
    Task<Outcome<WebhookDeliveryPage>> ListDeliveriesAsync(WebhookOwner owner, Guid id, int size, long? before, CancellationToken cancellationToken);

    Task<Outcome<WebhookDeliveryDetails>> GetDeliveryAsync(WebhookOwner owner, Guid id, Guid delivery, CancellationToken cancellationToken);

    /// <summary>Sends a delivery of the log again now, under its id.</summary>
    Task<Outcome<WebhookDelivery>> RedeliverAsync(WebhookOwner owner, Guid id, Guid delivery, CancellationToken cancellationToken);

    /// <summary>
    /// Sends again, under their ids and in order, what the journal of a repository has from a sequence number on; the number of the
    /// first push that it still has, if that is later.
    /// </summary>
    Task<Outcome<WebhookReplay>> ReplayAsync(
        WebhookOwner owner, Guid id, RepositoryId repository, long since, CancellationToken cancellationToken);
}

/// <summary>Deliveries, and the place to continue before; null when there are no more.</summary>
public sealed record WebhookDeliveryPage(IReadOnlyList<WebhookDelivery> Deliveries, long? NextBefore);

/// <summary>From where a replay begins, and the last push that it has; nothing when the former is greater.</summary>
public sealed record WebhookReplay(long From, long To);
