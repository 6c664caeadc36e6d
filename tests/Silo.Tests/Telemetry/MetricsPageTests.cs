using System.Diagnostics.Metrics;

namespace Granary.Silo.Tests.Telemetry;

/// <summary><c>docs/metrics.md</c> lists each instrument there is, and none that there is not. What is served is looked at in the end-to-end tests.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public void Page_ListsEachInstrument_WithItsKindAndUnit()
    {
        var instruments = Instruments.All().Select(static i => $"{i.Name} {KindOf(i)} {UnitOf(i)}").Distinct().Order().ToList();
        Assert.True(instruments.Count > 40, $"only {instruments.Count} instruments were found");
        Assert.Equal(Page().Order(), instruments);
    }

    [Fact]
    public void Instruments_AllHaveADescription() => Assert.All(Instruments.All(), static i => Assert.False(string.IsNullOrWhiteSpace(i.Description), i.Name));

    private static IEnumerable<string> Page() => File.ReadLines(Path.Combine(Root(), "docs", "metrics.md"))
        .Where(static l => l.StartsWith("| `granary.", StringComparison.Ordinal))
        .Select(static l => l.Split('|').Select(static c => c.Trim()).ToArray())
        .Select(static c => $"{c[1].Trim('`')} {c[2]} {c[3]}");

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "UpDownCounter" or "ObservableUpDownCounter" or "Gauge" or "ObservableGauge" => "gauge",
        "Histogram" => "histogram",
        var other => other,
    };

    /// <summary>A unit in braces is a note, which is not served.</summary>
    private static string UnitOf(Instrument instrument) => instrument.Unit is null || instrument.Unit.StartsWith('{') ? "" : instrument.Unit;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Orleans.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
