using Granary.Grains.Outbox;
using Granary.Repositories;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Granary.Grains.Hooks.Dispatch;

/// <summary>
/// Gets one repository's events of one kind of job, in order and at least once, and acknowledges each when its work is done or
/// durably handed on: nothing here may take longer than seconds. A kind derives one, marked as the implicit subscriber of its
/// stream namespace and keyed by the repository's id.
/// </summary>
internal abstract class HookDispatcher(string kind, TimeProvider time) : Grain, IStreamSubscriptionObserver
{
    protected TimeProvider Time { get; } = time;

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<PushEvent>().ResumeAsync((pushed, _) => HandleAsync(pushed));

    protected abstract Task DispatchAsync(PushEvent pushed);

    private async Task HandleAsync(PushEvent pushed)
    {
        using var run = JobInstruments.Start(kind, pushed, Time);
        await DispatchAsync(pushed);
        run.Succeed();
    }
}

/// <summary>Hands each event to the kind's workers. The one key makes the silo's bound of them hold for all repositories together.</summary>
internal abstract class HookDispatcher<TWorker>(string kind, TimeProvider time) : HookDispatcher(kind, time)
    where TWorker : IHookWorker
{
    protected override Task DispatchAsync(PushEvent pushed) => GrainFactory.GetGrain<TWorker>(HookWorker.Key).RunAsync(pushed);
}
