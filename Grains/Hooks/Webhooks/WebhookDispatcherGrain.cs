using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Hooks.Webhooks.Payloads;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>
/// Makes the deliveries of one repository's events and acknowledges an event when they are durable; they are sent outside of the
/// stream, so that no receiver holds up a queue.
/// </summary>
[GrainType("granary.webhooks"), ImplicitStreamSubscription(Webhooks.Kind), CollectionAgeLimit(Minutes = 5)]
internal sealed class WebhookDispatcherGrain(
    WebhookFile file, PayloadBuilder payloads, WebhookSignal signal, IOptions<WebhookOptions> options, TimeProvider time)
    : HookDispatcher(Webhooks.Kind, time), IWebhookDispatcherGrain
{
    protected override async Task DispatchAsync(PushEvent pushed)
    {
        if (await GrainFactory.GetRepository(pushed.Repository).GetInfoAsync(CancellationToken.None) is not { } repository) return;
        var hooks = await file.ReadAsync(session => session.Hooks.ListConcerned(pushed.Repository, repository.Project));
        var taken = hooks
            .Where(hook => pushed.Time >= hook.CreatedAt)
            .Select(hook => (Hook: hook.Id, Deliveries: payloads.Of(hook, pushed, repository)))
            .Where(static hook => hook.Deliveries.Count > 0)
            .ToList();
        if (taken.Count == 0) return;
        var now = Time.GetUtcNow();
        await file.WriteAsync(session =>
        {
            foreach (var (hook, deliveries) in taken)
                Intake.Take(session, hook, pushed.Repository, pushed.Sequence, deliveries, now, options.Value);
        });
        signal.Set();
    }
}

/// <summary>Called by its stream only; keyed by the repository's id.</summary>
[Alias("granary.IWebhookDispatcherGrain"), GrainInterfaceType("granary.webhooks")]
internal interface IWebhookDispatcherGrain : IGrainWithGuidKey;
