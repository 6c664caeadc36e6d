using Granary.Grains.Hooks.Commits.Scheduling;
using Granary.Grains.Hooks.Dispatch;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Commits;

/// <summary>
/// Writes down what each push moved and acknowledges it: a first push may have a hundred thousand commits, which are registered
/// outside of the stream.
/// </summary>
[GrainType("granary.commits"), ImplicitStreamSubscription(CommitRegister.Kind), CollectionAgeLimit(Minutes = 5)]
internal sealed class CommitDispatcherGrain(CommitIntake intake, CommitSignal signal, TimeProvider time)
    : HookDispatcher(CommitRegister.Kind, time), ICommitDispatcherGrain
{
    protected override async Task DispatchAsync(PushEvent pushed)
    {
        if (await GrainFactory.GetRepository(pushed.Repository).GetInfoAsync(CancellationToken.None) is null) return;
        await intake.TakeAsync(pushed, CancellationToken.None);
        signal.Set();
    }
}

/// <summary>Called by its stream only; keyed by the repository's id.</summary>
[Alias("granary.ICommitDispatcherGrain"), GrainInterfaceType("granary.commits")]
internal interface ICommitDispatcherGrain : IGrainWithGuidKey;
