using System.Diagnostics;

namespace Granary.Grains.Tests.Git;

internal static class Wait
{
    /// <summary>Waits for a condition, at most 20 s.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "The condition did not come about.");
            await Task.Delay(2);
        }
    }
}
