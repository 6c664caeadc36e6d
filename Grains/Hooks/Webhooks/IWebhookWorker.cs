using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Hooks.Webhooks;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>
/// Makes attempts: a stateless worker with one key, so that Orleans bounds how many run at once on a silo
/// (<c>Granary:Hooks:Webhook:MaxLocalWorkers</c>).
/// </summary>
[Alias("granary.IWebhookWorker"), GrainInterfaceType("granary.webhookworker")]
internal interface IWebhookWorker : IGrainWithIntegerKey
{
    /// <summary>Makes one attempt and writes down what came of it; null when there was nothing to send any more.</summary>
    [ResponseTimeout("00:10:00"), Alias("Attempt")]
    Task<WebhookOutcome?> AttemptAsync([Immutable] Claim claim, CancellationToken cancellationToken);
}
