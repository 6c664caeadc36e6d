namespace Granary.Hooks.Webhooks;

/// <summary>What a webhook tells of. The numbers are stored.</summary>
[Flags]
public enum WebhookEvents
{
    None = 0,

    /// <summary>Refs moved, were created or deleted.</summary>
    Push = 1,
    BranchCreated = 2,
    BranchDeleted = 4,
    TagCreated = 8,
    TagDeleted = 16,
    RepositoryRenamed = 32,

    /// <summary>Somebody tries the webhook; each gets it.</summary>
    Ping = 64,
}

/// <summary>Their names outside: in the API, the payload and the header <c>X-Granary-Event</c>.</summary>
public static class WebhookEventNames
{
    private static readonly (WebhookEvents Event, string Name)[] All =
    [
        (WebhookEvents.Push, "push"), (WebhookEvents.BranchCreated, "branch-created"), (WebhookEvents.BranchDeleted, "branch-deleted"),
        (WebhookEvents.TagCreated, "tag-created"), (WebhookEvents.TagDeleted, "tag-deleted"),
        (WebhookEvents.RepositoryRenamed, "repository-renamed"), (WebhookEvents.Ping, "ping"),
    ];

    /// <summary>Those that can be asked for.</summary>
    public static IEnumerable<string> Names => All.Where(static e => e.Event != WebhookEvents.Ping).Select(static e => e.Name);

    /// <summary>The name of one event.</summary>
    public static string NameOf(WebhookEvents one) => All.First(e => e.Event == one).Name;

    public static IEnumerable<WebhookEvents> Each(WebhookEvents events) => All.Where(e => events.HasFlag(e.Event)).Select(static e => e.Event);

    /// <summary>None when there is no event of that name that can be asked for.</summary>
    public static WebhookEvents Parse(string name) => All.FirstOrDefault(e => e.Name == name && e.Event != WebhookEvents.Ping).Event;
}
