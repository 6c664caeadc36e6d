using Granary.Repositories;

namespace Granary.Hooks.Webhooks;

public enum WebhookDeliveryState
{
    /// <summary>Not delivered yet.</summary>
    Waiting = 0,
    Delivered = 1,

    /// <summary>Given up after the last try.</summary>
    Failed = 2,
}

/// <summary>One event for one webhook.</summary>
/// <param name="Id">Stays the same however often it is sent.</param>
/// <param name="Webhook">For whom.</param>
/// <param name="Event">What it tells of.</param>
/// <param name="Repository">Null: of a ping.</param>
/// <param name="Sequence">Of the push in its repository's journal; null: of no push.</param>
/// <param name="State">What became of it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="NextAttemptAt">When a waiting one that failed is tried again.</param>
/// <param name="AttemptCount">How often it was sent.</param>
/// <param name="Place">Ascending within the webhook, in the order of sending.</param>
public sealed record WebhookDelivery(
    Guid Id, Guid Webhook, WebhookEvents Event, RepositoryId? Repository, long? Sequence, WebhookDeliveryState State,
    DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, int AttemptCount, long Place);

/// <summary>A delivery with its payload and the latest attempts.</summary>
public sealed record WebhookDeliveryDetails(WebhookDelivery Delivery, ReadOnlyMemory<byte> Payload, IReadOnlyList<WebhookAttempt> Attempts);

/// <summary>How an attempt ended.</summary>
public enum WebhookOutcome
{
    /// <summary>Answered with 2xx.</summary>
    Delivered = 0,

    /// <summary>Answered with something else.</summary>
    Rejected = 1,

    /// <summary>Not answered, or not completely, in time.</summary>
    TimedOut = 2,

    /// <summary>No connection, or it broke.</summary>
    Failed = 3,

    /// <summary>The server does not connect there.</summary>
    Refused = 4,
}

/// <summary>One attempt of a delivery.</summary>
/// <param name="Number">From 1.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">Until the answer was read, or given up.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The HTTP status; null: there was no answer.</param>
/// <param name="Error">A sentence on what went wrong.</param>
/// <param name="Url">Where it ended: another than the webhook's after redirects.</param>
/// <param name="RequestHeaders">As they were sent; of the user's own only the names.</param>
/// <param name="ResponseHeaders">As they came, up to a bound.</param>
/// <param name="ResponseBody">Up to a bound.</param>
/// <param name="IsCut">Whether there was more of it.</param>
public sealed record WebhookAttempt(
    int Number, DateTimeOffset StartedAt, TimeSpan Duration, WebhookOutcome Outcome, int? Status, string? Error, string Url,
    IReadOnlyList<string> RequestHeaders, IReadOnlyList<string> ResponseHeaders, ReadOnlyMemory<byte> ResponseBody, bool IsCut);
