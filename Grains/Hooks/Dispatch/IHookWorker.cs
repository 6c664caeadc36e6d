using Granary.Repositories;

namespace Granary.Grains.Hooks.Dispatch;

/// <summary>
/// Does the job of one event, idempotently. A kind derives an interface, and a stateless worker that has its grain type named in
/// <see cref="HookKind"/>.
/// </summary>
[Alias("granary.IHookWorker"), GrainInterfaceType("granary.hookworker")]
internal interface IHookWorker : IGrainWithIntegerKey
{
    /// <summary>The time-out is longer than any wait for a free worker: one that ran out would run the job a second time.</summary>
    [ResponseTimeout("00:10:00"), Alias("Run")]
    Task RunAsync([Immutable] PushEvent pushed);
}

internal static class HookWorker
{
    /// <summary>Orleans bounds the activations of each key of a stateless worker: with one key, those of the silo.</summary>
    public const long Key = 0;
}
