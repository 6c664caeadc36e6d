using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Operators;

/// <param name="Name">As in the program, <c>granary.requests.duration</c>.</param>
/// <param name="Kind"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Unit">Empty where there is none.</param>
/// <param name="Tags">Its tags.</param>
internal sealed record DocumentedMetric(string Name, string Kind, string Unit, IReadOnlyList<string> Tags)
{
    /// <summary>By the rule that the page gives.</summary>
    public string ServedName => Name.Replace('.', '_')
        + Unit switch { "" => "", "s" => "_seconds", "By" => "_bytes", _ => throw new InvalidOperationException($"{Name} has a unit that the page does not explain.") }
        + (Kind == "counter" ? "_total" : "");
}

/// <summary><c>docs/metrics.md</c>, read as its readers do.</summary>
internal static class MetricsPage
{
    public static IReadOnlyList<DocumentedMetric> Read() =>
    [
        .. File.ReadLines(Path.Combine(Root(), "docs", "metrics.md")).Where(static l => l.StartsWith("| `granary.", StringComparison.Ordinal))
            .Select(static l => l.Trim('|').Split('|').Select(static c => c.Trim()).ToArray())
            .Select(static c => new DocumentedMetric(
                c[0].Trim('`'), c[1], c[2], [.. c[3].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static t => t.Trim('`')).Order()])),
    ];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Orleans.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
