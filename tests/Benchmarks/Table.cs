using System.Globalization;

namespace Granary.Benchmarks;

/// <summary>A table of Markdown, printed row by row: a long run shows what it has.</summary>
internal sealed class Table
{
    private Table(string[] columns)
    {
        Console.WriteLine();
        Row(columns);
        Row([.. columns.Select(static (_, i) => i == 0 ? "---" : "---:")]);
    }

    public static Table Start(params string[] columns) => new(columns);

    public void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>The wall time and the server's processor time of one operation.</summary>
    public void Row(string size, string operation, Cost cost) => Row(size, operation, Milliseconds(cost.Wall), Milliseconds(cost.Processor));

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(time.TotalMilliseconds < 100 ? "F1" : "N0", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string MiB(long bytes) => (bytes / 1048576.0).ToString("N1", CultureInfo.InvariantCulture);
}
