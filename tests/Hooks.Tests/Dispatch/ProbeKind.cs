using System.Collections.Concurrent;
using Granary.Grains.Hooks.Dispatch;
using Granary.Repositories;
using Orleans.Concurrency;

namespace Granary.Hooks.Tests.Dispatch;

/// <summary>A kind of job whose workers hold each job until the test lets it go, and count how many there were at once.</summary>
internal static class ProbeKind
{
    public const string Name = "probe";

    public const string WorkerType = "granary.tests.probeworker";

    private static readonly ConcurrentDictionary<string, int> Most = new();
    private static readonly ConcurrentDictionary<string, int> Now = new();
    private static TaskCompletionSource _gate = new();

    public static HookKind Kind { get; } = new(Name, "Probe", WorkerType, 1);

    /// <summary>The most that ever ran at once, by silo.</summary>
    public static IReadOnlyDictionary<string, int> MostAtOnce => Most;

    public static int Running => Now.Values.Sum();

    public static void Close()
    {
        Most.Clear();
        Now.Clear();
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public static void Open() => _gate.SetResult();

    public static async Task RunAsync(string silo)
    {
        var running = Now.AddOrUpdate(silo, 1, static (_, n) => n + 1);
        Most.AddOrUpdate(silo, running, (_, most) => Math.Max(most, running));
        await _gate.Task;
        Now.AddOrUpdate(silo, 0, static (_, n) => n - 1);
    }
}

[Alias("granary.tests.IProbeWorker"), GrainInterfaceType("granary.tests.probeworker")]
internal interface IProbeWorker : IHookWorker;

[GrainType(ProbeKind.WorkerType), StatelessWorker]
internal sealed class ProbeWorker(ILocalSiloDetails silo) : Grain, IProbeWorker
{
    public Task RunAsync(PushEvent pushed) => ProbeKind.RunAsync(silo.Name);
}

[Alias("granary.tests.IProbeDispatcher"), GrainInterfaceType("granary.tests.probedispatcher")]
internal interface IProbeDispatcher : IGrainWithGuidKey;

[GrainType("granary.tests.probedispatcher"), ImplicitStreamSubscription(ProbeKind.Name)]
internal sealed class ProbeDispatcher(TimeProvider time) : HookDispatcher<IProbeWorker>(ProbeKind.Name, time), IProbeDispatcher;
