using Google.Protobuf.WellKnownTypes;
using Granary.Activity;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>The activity feed as the API shows it. Every ref that is shown passes through here.</summary>
internal static class ActivityMessages
{
    public static V1.Activity From(ActivityEntry entry) => new()
    {
        Sequence = entry.Event.Sequence,
        EventId = entry.Event.EventId,
        PushedAt = Timestamp.FromDateTimeOffset(entry.Event.Time),
        User = entry.Event.User ?? "",
        Protocol = entry.Event.Protocol,
        PushOptions = { entry.Event.PushOptions },
        Changes = { entry.Event.Changes.Select(From) },
        ChangeCount = entry.ChangeCount,
        DeployKey = entry.Event.DeployKey ?? "",
    };

    private static ActivityChange From(RefChange change)
    {
        var shown = new ActivityChange
        {
            Ref = change.Ref,
            Kind = change.Kind switch
            {
                RefChangeKind.Created => ActivityChange.Types.Kind.Created,
                RefChangeKind.Deleted => ActivityChange.Types.Kind.Deleted,
                _ => ActivityChange.Types.Kind.Updated,
            },
            Before = change.Old.ToString(),
            After = change.New.ToString(),
        };
        if (change.IsForced is { } forced) shown.Forced = forced;
        return shown;
    }
}
