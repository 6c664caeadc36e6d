using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Granary.Hooks.Webhooks;
using Granary.V1;
using Events = Granary.Hooks.Webhooks.WebhookEvents;

namespace Granary.Frontends.Rpc.Webhooks;

/// <summary>Webhooks and deliveries as the API has them.</summary>
internal static class WebhookMessages
{
    public static V1.Webhook From(Hooks.Webhooks.Webhook hook) => new()
    {
        WebhookId = hook.Id.ToString(),
        Url = hook.Url,
        HasSecret = hook.HasSecret,
        Events = { WebhookEventNames.Each(hook.Events).Select(WebhookEventNames.NameOf) },
        RefPatterns = { hook.RefPatterns },
        HeaderNames = { hook.HeaderNames },
        VerifyTls = hook.VerifyTls,
        State = hook.State switch
        {
            WebhookState.Waiting => V1.Webhook.Types.State.Waiting,
            WebhookState.Inactive => V1.Webhook.Types.State.Inactive,
            WebhookState.Disabled => V1.Webhook.Types.State.Disabled,
            _ => V1.Webhook.Types.State.Active,
        },
        Failures = hook.Failures,
        FailingSince = Time(hook.FailingSince),
        NextProbeAt = Time(hook.NextProbeAt),
        Waiting = hook.Waiting,
        Notice = hook.Notice ?? "",
        CreatedAt = Time(hook.CreatedAt),
        CreatedBy = hook.CreatedBy?.Value ?? "",
    };

    public static V1.WebhookDelivery From(Hooks.Webhooks.WebhookDelivery delivery) => new()
    {
        DeliveryId = delivery.Id.ToString(),
        Event = WebhookEventNames.NameOf(delivery.Event),
        RepositoryId = delivery.Repository?.ToString() ?? "",
        Sequence = delivery.Sequence ?? 0,
        State = delivery.State switch
        {
            WebhookDeliveryState.Delivered => V1.WebhookDelivery.Types.State.Delivered,
            WebhookDeliveryState.Failed => V1.WebhookDelivery.Types.State.Failed,
            _ => V1.WebhookDelivery.Types.State.Waiting,
        },
        CreatedAt = Time(delivery.CreatedAt),
        NextAttemptAt = Time(delivery.NextAttemptAt),
        AttemptCount = delivery.AttemptCount,
    };

    public static GetDeliveryResponse From(WebhookDeliveryDetails details) => new()
    {
        Delivery = From(details.Delivery),
        Payload = Encoding.UTF8.GetString(details.Payload.Span),
        Attempts = { details.Attempts.Select(From) },
    };

    public static WebhookSettings Read(CreateWebhookRequest request) => new(
        request.Url, request.Secret, request.Events.Count == 0 ? null : Read(request.Events), [.. request.RefPatterns], Read(request.Headers),
        request.HasVerifyTls ? request.VerifyTls : null, request.HasActive ? request.Active : null);

    public static WebhookSettings Read(UpdateWebhookRequest request) => new(
        request.HasUrl ? request.Url : null, request.HasSecret ? request.Secret : null, request.Events is { } events ? Read(events.Names) : null,
        request.RefPatterns is { } patterns ? [.. patterns.Patterns] : null, request.Headers is { } headers ? Read(headers.Headers) : null,
        request.HasVerifyTls ? request.VerifyTls : null, request.HasActive ? request.Active : null);

    private static V1.WebhookAttempt From(Hooks.Webhooks.WebhookAttempt attempt) => new()
    {
        Number = attempt.Number,
        StartedAt = Time(attempt.StartedAt),
        Milliseconds = (long)attempt.Duration.TotalMilliseconds,
        Outcome = attempt.Outcome switch
        {
            WebhookOutcome.Delivered => V1.WebhookAttempt.Types.Outcome.Delivered,
            WebhookOutcome.Rejected => V1.WebhookAttempt.Types.Outcome.Rejected,
            WebhookOutcome.TimedOut => V1.WebhookAttempt.Types.Outcome.TimedOut,
            WebhookOutcome.Refused => V1.WebhookAttempt.Types.Outcome.Refused,
            _ => V1.WebhookAttempt.Types.Outcome.Failed,
        },
        Status = attempt.Status ?? 0,
        Error = attempt.Error ?? "",
        Url = attempt.Url,
        RequestHeaders = { attempt.RequestHeaders },
        ResponseHeaders = { attempt.ResponseHeaders },
        ResponseBody = Encoding.UTF8.GetString(attempt.ResponseBody.Span),
        ResponseCut = attempt.IsCut,
    };

    private static IReadOnlyList<Hooks.Webhooks.WebhookHeader> Read(RepeatedField<V1.WebhookHeader> headers) =>
        [.. headers.Select(static h => new Hooks.Webhooks.WebhookHeader(h.Name, h.Value))];

    private static Events Read(RepeatedField<string> names) => names.Aggregate(Events.None, static (all, name) =>
        WebhookEventNames.Parse(name) is var one and not Events.None
            ? all | one
            : throw Arguments.Invalid($"There is no event '{name}'; there are: {string.Join(", ", WebhookEventNames.Names)}."));

    private static Timestamp? Time(DateTimeOffset? time) => time is { } some ? Timestamp.FromDateTimeOffset(some) : null;
}
