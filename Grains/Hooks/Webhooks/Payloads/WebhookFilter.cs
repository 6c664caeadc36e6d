using Granary.Grains.Repositories.Policy;
using Granary.Hooks.Webhooks;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Hooks.Webhooks.Payloads;

/// <summary>What of a push a webhook asks for.</summary>
internal sealed class WebhookFilter(WebhookEvents events, IEnumerable<string> patterns)
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    private readonly IReadOnlyList<RefMatcher> _matchers =
        [.. patterns.Select(static text => new RefMatcher(RefPattern.TryParse(text, out var pattern, out _) ? pattern : default))];

    /// <summary>The events that a push is for it, each with its refs; a push is several when several were asked for.</summary>
    public IEnumerable<(WebhookEvents Event, IReadOnlyList<RefChange> Changes)> Choose(PushEvent pushed)
    {
        var matching = _matchers.Count == 0 ? pushed.Changes : [.. pushed.Changes.Where(Matches)];
        if (matching.Count == 0) yield break;
        if (events.HasFlag(WebhookEvents.Push)) yield return (WebhookEvents.Push, matching);
        foreach (var group in matching.GroupBy(EventOf).OrderBy(static g => g.Key))
        {
            if (group.Key != WebhookEvents.None && events.HasFlag(group.Key)) yield return (group.Key, [.. group]);
        }
    }

    private static WebhookEvents EventOf(RefChange change) => change.Kind switch
    {
        RefChangeKind.Created when IsIn(change, Branches) => WebhookEvents.BranchCreated,
        RefChangeKind.Deleted when IsIn(change, Branches) => WebhookEvents.BranchDeleted,
        RefChangeKind.Created when IsIn(change, Tags) => WebhookEvents.TagCreated,
        RefChangeKind.Deleted when IsIn(change, Tags) => WebhookEvents.TagDeleted,
        _ => WebhookEvents.None,
    };

    private static bool IsIn(RefChange change, string folder) => change.Ref.StartsWith(folder, StringComparison.Ordinal);

    private bool Matches(RefChange change) => RefName.TryParse(change.Ref, out var name, out _) && _matchers.Any(m => m.Matches(name));
}
