using Granary.Grains.Hooks.Dispatch;
using Granary.Repositories;

namespace Granary.Grains.Activity;

/// <summary>
/// Writes each push of a repository into the activity feed. The stream delivers in order and at least once; the store knows
/// an event by its sequence, so the feed is complete, in order and without duplicates.
/// </summary>
[GrainType("granary.activity"), ImplicitStreamSubscription(ActivityFeed.Kind), CollectionAgeLimit(Minutes = 5)]
internal sealed class ActivityGrain(IActivityStore store, TimeProvider time) : HookDispatcher(ActivityFeed.Kind, time), IActivityGrain
{
    protected override Task DispatchAsync(PushEvent pushed) => store.AddAsync(pushed, CancellationToken.None);
}

/// <summary>Called by its stream only; keyed by the repository's id.</summary>
[Alias("granary.IActivityGrain"), GrainInterfaceType("granary.activity")]
internal interface IActivityGrain : IGrainWithGuidKey;
