using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Benchmarks;

/// <param name="Wall">The median of one operation.</param>
/// <param name="Processor">The mean processor time that the server and its ended children took for one.</param>
internal sealed record Cost(TimeSpan Wall, TimeSpan Processor)
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux.

    /// <param name="server">Whose processor time counts.</param>
    /// <param name="times">How often; the one before to warm up does not count when there are several.</param>
    /// <param name="operation">Told its number, so that it can do something new each time.</param>
    public static async Task<Cost> MeasureAsync(GranaryServer server, int times, Func<int, Task> operation)
    {
        if (times > 1) await operation(0);
        var before = ProcessorTime(server);
        var walls = new List<TimeSpan>();
        for (var i = 1; i <= times; i++)
        {
            var clock = Stopwatch.StartNew();
            await operation(i);
            walls.Add(clock.Elapsed);
        }

        walls.Sort();
        return new Cost(walls[walls.Count / 2], (ProcessorTime(server) - before) / times);
    }

    /// <summary>proc(5) stat: utime, stime, and those of the children that were waited for.</summary>
    public static TimeSpan ProcessorTime(GranaryServer server) => ProcessorTime(server.ProcessId);

    public static TimeSpan ProcessorTime(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds(fields[11..15].Sum(static f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    /// <summary>Waits until the server has done what follows an import or a push: commits registered, packs kept, code compiled again.</summary>
    public static async Task UntilIdleAsync(GranaryServer server)
    {
        var second = TimeSpan.FromSeconds(1);
        TimeSpan? last = null;
        var clock = Stopwatch.StartNew();
        await Until.HoldsAsync(
            "the server is idle",
            () =>
            {
                if (clock.Elapsed < second) return false;
                var now = ProcessorTime(server);
                var isIdle = now - last < 0.05 * clock.Elapsed;
                last = now;
                clock.Restart();
                return isIdle;
            },
            TimeSpan.FromMinutes(3));
    }

    /// <summary>Private memory in bytes, proc(5) <c>RssAnon</c>.</summary>
    public static long PrivateMemory(GranaryServer server)
    {
        var line = File.ReadLines($"/proc/{server.ProcessId}/status").First(static l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
