using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Streams.Tests.Conformance;

/// <summary>A real process that publishes and a real process that consumes are killed with kill -9: nothing acknowledged is lost.</summary>
public abstract class KillConformance
{
    /// <summary>The adapter's name for the node program, and where its queue is.</summary>
    protected abstract (string Provider, string Path) Node(TemporaryFolder folder);

    [Fact]
    public async Task Kill_ProducerThenConsumer_EverythingAcknowledgedArrivesInOrder()
    {
        using var folder = new TemporaryFolder();
        var (sent, got) = (folder["sent"], folder["got"]);
        for (var round = 0; round < 2; round++)
        {
            using var producer = Start("produce", folder, sent);
            var before = Lines(sent).Count;
            await Until.HoldsAsync("the producer publishes", () => Lines(sent).Count > before + 300, TimeSpan.FromSeconds(90));
            await KillAsync(producer);
        }

        using (var consumer = Start("consume", folder, got))
        {
            await Until.HoldsAsync("the consumer works", () => Lines(got).Count > 100, TimeSpan.FromSeconds(90));
            await KillAsync(consumer);
        }

        var first = Lines(got).Count;
        var survivors = Lines(sent).ToHashSet();
        using (var consumer = Start("consume", folder, got))
        {
            await Until.HoldsAsync("everything is there", () => survivors.IsSubsetOf(Lines(got)), TimeSpan.FromSeconds(120));
            await KillAsync(consumer);
        }

        // Each consumer for itself: the second begins again with what the first had not acknowledged, perhaps of an earlier round.
        foreach (var part in (IEnumerable<string>[])[Lines(got).Take(first), Lines(got).Skip(first)])
        {
            foreach (var stream in part.Select(Parse).GroupBy(static e => e.Stream))
                Assert.True(AscendsInRounds([.. stream.Select(static e => e.Number)]), $"stream {stream.Key} is out of order: {string.Join(' ', stream.Select(static e => e.Number))}");
        }
    }

    /// <summary>One after the other without a gap; the second round of the producer numbers anew.</summary>
    private static bool AscendsInRounds(int[] numbers)
    {
        var breaks = numbers.Zip(numbers.Skip(1)).Where(static p => p.Second != p.First + 1).ToList();
        return breaks.Count == 0 || (breaks.Count == 1 && breaks[0].Second == 1);
    }

    protected static (string Stream, int Number) Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var parts = line.Split(' ');
        return (parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    protected static async Task KillAsync(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Whole lines only: the last may be torn by a kill, and a new process goes on behind it.</summary>
    protected static IReadOnlyList<string> Lines(string path)
    {
        if (!File.Exists(path)) return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    protected Process Start(string mode, TemporaryFolder folder, string file)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var (provider, path) = Node(folder);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Granary.Streams.Node"), [mode, provider, path, file]);
        return Process.Start(start)!;
    }
}
