using System.Globalization;

namespace Granary.Benchmarks.Ssh;

/// <summary>
/// One scenario on two servers in turn, the order changing from round to round, so that what else the machine does hits both alike; the
/// first round warms up. Medians.
/// </summary>
internal static class Comparison
{
    /// <param name="table">Where the row goes.</param>
    /// <param name="name">Of the scenario.</param>
    /// <param name="rounds">Those that count.</param>
    /// <param name="amount">What one run does, in the row's unit: wall and processor time are divided by it.</param>
    /// <param name="asRate">Whether the amount a second is shown in place of the wall time.</param>
    /// <param name="ours">The peer of this project.</param>
    /// <param name="sshd">The other.</param>
    /// <param name="run">One run on a peer; its wall time.</param>
    public static async Task RowAsync(
        Table table, string name, int rounds, double amount, bool asRate, SshPeer ours, SshPeer sshd, Func<SshPeer, Task<TimeSpan>> run)
    {
        var results = new Dictionary<SshPeer, List<(double Wall, double Processor)>> { [ours] = [], [sshd] = [] };
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var peer in round % 2 == 0 ? [ours, sshd] : (SshPeer[])[sshd, ours])
            {
                var before = await peer.ProcessorTimeAsync();
                var wall = await run(peer);
                var processor = await peer.ProcessorTimeAsync() - before;
                if (round > 0) results[peer].Add((wall.TotalMilliseconds / amount, processor.TotalMilliseconds / amount));
            }
        }

        var (wallOurs, wallTheirs) = (Median(results[ours].Select(static r => r.Wall)), Median(results[sshd].Select(static r => r.Wall)));
        var (ourProcessor, theirs) = (Median(results[ours].Select(static r => r.Processor)), Median(results[sshd].Select(static r => r.Processor)));
        var speed = Median(results[ours].Zip(results[sshd], static (a, b) => b.Wall / a.Wall));
        var processors = Median(results[ours].Zip(results[sshd], static (a, b) => b.Processor / a.Processor));
        table.Row(name, Show(wallOurs), Show(wallTheirs), Number(speed), Number(ourProcessor), Number(theirs), Number(processors));

        string Show(double wall) => Number(asRate ? 1000 / wall : wall);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Number(double value) => value.ToString(value < 10 ? "F2" : value < 100 ? "F1" : "N0", CultureInfo.InvariantCulture);
}
