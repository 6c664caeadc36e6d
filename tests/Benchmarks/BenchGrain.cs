using System.Diagnostics;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Granary.Benchmarks;

[Alias("granary.bench.IBenchGrain"), GrainInterfaceType("granary.bench")]
public interface IBenchGrain : IGrainWithStringKey;

/// <summary>Notes when it was started, and that is all.</summary>
[GrainType("granary.bench"), ImplicitStreamSubscription(Namespace)]
public sealed class BenchGrain : Grain, IBenchGrain, IStreamSubscriptionObserver
{
    public const string Namespace = "bench";

    private static TaskCompletionSource _all = new();
    private static int _left;

    public static Task AllStarted => _all.Task;

    public static long LastStart { get; private set; }

    public static void Expect(int starts)
    {
        _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _left = starts;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<BenchEvent>().ResumeAsync(static (_, _) =>
        {
            if (Interlocked.Decrement(ref _left) != 0) return Task.CompletedTask;
            LastStart = Stopwatch.GetTimestamp();
            _all.TrySetResult();
            return Task.CompletedTask;
        });
}

/// <param name="Number">Any.</param>
/// <param name="Text">Makes it as large as a push of one ref.</param>
[GenerateSerializer, Immutable, Alias("granary.bench.BenchEvent")]
public sealed record BenchEvent([property: Id(0)] int Number, [property: Id(1)] string Text);
