using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Sending;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Hooks.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Granary.Grains.Hooks.Webhooks;

[GrainType(Webhooks.WorkerType), StatelessWorker]
internal sealed partial class WebhookWorkerGrain(
    WebhookFile file, WebhookSender sender, RetrySchedule schedule, IOptions<WebhookOptions> options, TimeProvider time,
    ILogger<WebhookWorkerGrain> logger)
    : Grain, IWebhookWorker
{
    public async Task<WebhookOutcome?> AttemptAsync(Claim claim, CancellationToken cancellationToken)
    {
        var (hook, delivery, body) = await file.ReadAsync(session => (
            session.Hooks.Find(claim.Hook), session.Deliveries.Find(claim.Hook, claim.Delivery), session.Deliveries.FindBody(claim.Delivery)));
        if (hook is null || delivery is null || body is null) return null;
        var attempt = await sender.SendAsync(hook, delivery.Info, body, cancellationToken);
        WebhookInstruments.Attempted(attempt);
        if (attempt.Outcome == WebhookOutcome.Refused) LogRefused(hook.Id, attempt.Error!);
        var settlement = new Settlement(schedule, options.Value);
        var disabled = await file.WriteAsync(session => settlement.Settle(session, claim, attempt, time.GetUtcNow()));
        if (disabled is not null)
        {
            WebhookInstruments.Disabled.Add(1);
            LogDisabled(disabled.Id, disabled.Owner.Project.Value, disabled.Notice!);
        }

        return attempt.Outcome;
    }

    [LoggerMessage(1, LogLevel.Warning, "Webhook {Webhook} of project {Project}: {Notice}")]
    private partial void LogDisabled(Guid webhook, string project, string notice);

    [LoggerMessage(2, LogLevel.Information, "Nothing was sent for webhook {Webhook}: {Reason}")]
    private partial void LogRefused(Guid webhook, string reason);
}
