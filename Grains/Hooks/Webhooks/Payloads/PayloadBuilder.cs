using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Grains.Projects;
using Granary.Hooks.Webhooks;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Payloads;

/// <summary>Makes deliveries of events.</summary>
internal sealed class PayloadBuilder(IOptions<WebhookOptions> options, TimeProvider time)
{
    private readonly WebhookOptions _options = options.Value;

    /// <summary>Those that a webhook asks for.</summary>
    public IReadOnlyList<NewDelivery> Of(StoredHook hook, PushEvent pushed, RepositoryInfo repository)
    {
        var filter = new WebhookFilter(hook.Events, hook.RefPatterns);
        return [.. filter.Choose(pushed).Select(chosen => Of(hook, pushed, repository, chosen.Event, chosen.Changes))];
    }

    public NewDelivery OfRenaming(StoredHook hook, RepositoryRenaming renaming)
    {
        var number = renaming.Revision.ToString(CultureInfo.InvariantCulture);
        var id = IdOf(hook.Id, WebhookEvents.RepositoryRenamed, $"{renaming.Repository}/renamed/{number}");
        var payload = new Payload(
            WebhookEventNames.NameOf(WebhookEvents.RepositoryRenamed), id, hook.Id, null, time.GetUtcNow(),
            From(renaming.Repository, renaming.Project, renaming.NewName), OldName: renaming.OldName.Value);
        return new NewDelivery(id, hook.Id, renaming.Repository, null, WebhookEvents.RepositoryRenamed, payload.ToJson());
    }

    public NewDelivery OfPing(StoredHook hook)
    {
        var id = Guid.NewGuid();
        var payload = new Payload(WebhookEventNames.NameOf(WebhookEvents.Ping), id, hook.Id, null, time.GetUtcNow());
        return new NewDelivery(id, hook.Id, null, null, WebhookEvents.Ping, payload.ToJson());
    }

    private NewDelivery Of(StoredHook hook, PushEvent pushed, RepositoryInfo repository, WebhookEvents @event, IReadOnlyList<RefChange> changes)
    {
        var id = IdOf(hook.Id, @event, pushed.EventId);
        var payload = new Payload(
            WebhookEventNames.NameOf(@event), id, hook.Id, pushed.Sequence, pushed.Time, From(repository.Id, repository.Project, repository.Name),
            pushed.User is { } user ? new PayloadUser(user, pushed.UserId) : null, pushed.DeployKey, pushed.Protocol, pushed.PushOptions,
            [.. changes.Take(_options.MaxChanges).Select(From)], changes.Count);
        return new NewDelivery(id, hook.Id, pushed.Repository, pushed.Sequence, @event, payload.ToJson());
    }

    /// <summary>The same for the same event, whoever makes it and whenever.</summary>
    private static Guid IdOf(Guid hook, WebhookEvents @event, string eventId) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{hook:N}/{WebhookEventNames.NameOf(@event)}/{eventId}")).AsSpan(0, 16));

    private PayloadRepository From(RepositoryId id, ProjectKey project, RepositoryName name) => new(
        id.ToString(), project.Value, name.Value,
        $"{_options.PublicUrl.TrimEnd('/')}/{Uri.EscapeDataString(project.Value)}/{Uri.EscapeDataString(name.Value)}.git");

    private static PayloadChange From(RefChange change)
    {
        var (type, name) = change.Ref.Split('/', 3) is ["refs", var folder and ("heads" or "tags"), var rest]
            ? (folder == "heads" ? "branch" : "tag", rest)
            : ("other", change.Ref);
        var kind = change.Kind switch { RefChangeKind.Created => "created", RefChangeKind.Deleted => "deleted", _ => "updated" };
        return new PayloadChange(change.Ref, type, name, kind, change.IsForced, change.Old.ToString(), change.New.ToString());
    }
}
