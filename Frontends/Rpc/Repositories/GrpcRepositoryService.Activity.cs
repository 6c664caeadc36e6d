using System.Globalization;
using Granary.Activity;
using Granary.Frontends.Rpc.Paging;
using Granary.Repositories;
using Granary.V1;
using Grpc.Core;
using HiddenRefs = Granary.Repositories.Policy.HiddenRefs;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>The activity feed: who may read the repository may read what was pushed into it.</summary>
internal sealed partial class GrpcRepositoryService
{
    private const int DefaultActivities = 30;
    private const int MaxActivities = 100;

    public override async Task<ListActivityResponse> ListActivity(ListActivityRequest request, ServerCallContext context)
    {
        if (request.PageSize < 0) throw Arguments.Invalid("A page size may not be negative.", "page_size");
        RefName? name = request.Ref.Length > 0 ? Arguments.Ref(request.Ref) : null;
        var size = request.PageSize == 0 ? DefaultActivities : Math.Min(request.PageSize, MaxActivities);
        var query = new ActivityQuery(size, Before(request.PageToken), name);
        var access = await ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var hidden = (await grains.GetRepository(access.Id).GetPolicyAsync(context.CancellationToken)).HiddenRefs;
        var page = await activity.ListAsync(access.Id, query, context.CancellationToken);
        return new ListActivityResponse
        {
            Activity = { page.Entries.Select(entry => Without(hidden, entry)).OfType<ActivityEntry>().Select(ActivityMessages.From) },
            NextPageToken = PageToken.Encode(page.NextBefore?.ToString(CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>The entry without hidden refs; null when it has no other, so that nothing tells of it. A page may come out shorter.</summary>
    private static ActivityEntry? Without(IReadOnlyList<string> hidden, ActivityEntry entry)
    {
        if (hidden.Count == 0) return entry;
        var shown = entry.Event.Changes.Where(change => !HiddenRefs.Contain(hidden, change.Ref)).ToList();
        var count = entry.ChangeCount - (entry.Event.Changes.Count - shown.Count);
        return shown.Count == 0 ? null : new ActivityEntry(entry.Event with { Changes = shown }, count);
    }

    private static long? Before(string token)
    {
        if (token.Length == 0) return null;
        return PageToken.TryDecode(token, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? before
            : throw Arguments.Invalid("This page token is not one that the server gave; begin again with an empty one.", "page_token");
    }
}
