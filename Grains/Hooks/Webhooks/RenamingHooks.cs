using Granary.Grains.Hooks.Webhooks.Payloads;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Grains.Projects;
using Granary.Hooks.Webhooks;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>Makes the deliveries of a renaming. It is in no journal: one whose receiver is away waits as a delivery.</summary>
internal sealed class RenamingHooks(WebhookFile file, PayloadBuilder payloads, WebhookSignal signal, IOptions<WebhookOptions> options, TimeProvider time)
    : IRenamingObserver
{
    public async Task TellAsync(RepositoryRenaming renaming, CancellationToken cancellationToken)
    {
        var (now, bounds) = (time.GetUtcNow(), options.Value);
        await file.WriteAsync(session =>
        {
            foreach (var hook in session.Hooks.ListConcerned(renaming.Repository, renaming.Project))
            {
                // Far more than journals leave here: somebody renames in a loop, and nobody takes it.
                if (!hook.Events.HasFlag(WebhookEvents.RepositoryRenamed) || session.Deliveries.CountWaiting(hook.Id) >= 2 * bounds.MaxWaiting) continue;
                session.Deliveries.Add(payloads.OfRenaming(hook, renaming), Lane.Fresh, now);
                DueTable.Refresh(session, hook.Id, now, bounds);
            }
        });
        signal.Set();
    }
}
