using System.Collections.Concurrent;

namespace Granary.Streams.Tests.Conformance;

/// <summary>What consumers of this process got, and what they are to do with it.</summary>
public static class Probe
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<ProbeEvent>> Delivered = new();

    /// <summary>By stream: run before the event counts as delivered; may throw or wait.</summary>
    public static ConcurrentDictionary<string, Func<ProbeEvent, Task>> Behaviours { get; } = new();

    public static IReadOnlyList<ProbeEvent> Of(string stream) => [.. Delivered.GetOrAdd(stream, static _ => new())];

    public static async Task TakeAsync(ProbeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (Behaviours.TryGetValue(item.Stream, out var behave)) await behave(item);
        Delivered.GetOrAdd(item.Stream, static _ => new()).Enqueue(item);
    }
}
