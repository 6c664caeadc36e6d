using System.Diagnostics;

namespace Granary.Tests.Harness;

/// <summary>Waits for conditions, never for time.</summary>
public static class Until
{
    public static TimeSpan DefaultBound { get; } = TimeSpan.FromSeconds(30);

    /// <exception cref="TimeoutException">The condition did not hold in time; <paramref name="what"/> is in the message.</exception>
    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? bound = null)
    {
        var limit = bound ?? DefaultBound;
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > limit) throw new TimeoutException($"Not within {limit.TotalSeconds} s: {what}.");
            await Task.Delay(20);
        }
    }

    public static Task HoldsAsync(string what, Func<bool> condition, TimeSpan? bound = null) =>
        HoldsAsync(what, () => Task.FromResult(condition()), bound);
}
