using System.Diagnostics.Metrics;

namespace Granary.Imports;

/// <summary>What is measured of imports.</summary>
internal static class ImportInstruments
{
    public const string Bundle = "bundle";
    public const string Remote = "remote";

    private static readonly Meter Meter = new("Granary.Imports");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "granary.imports.duration", "s", "Time of imports, by source and outcome.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("granary.imports.received", "By", "Bytes of the sources of imports that were done.");

    private static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("granary.imports.running", "{import}", "Imports under way.");

    public static void Began(string source) => Running.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <param name="source">Where it came from.</param>
    /// <param name="outcome">Null when an exception ended it.</param>
    /// <param name="isGone">The caller went away.</param>
    /// <param name="elapsed">From its start to its end.</param>
    public static void Ended(string source, Outcome<ImportResult>? outcome, bool isGone, TimeSpan elapsed)
    {
        var word = outcome switch
        {
            { IsDone: true } => "done",
            { Refusal.Kind: RefusalKind.Unavailable } => "unavailable",
            { } => "refused",
            null => isGone ? "client-gone" : "failed",
        };
        Running.Add(-1, new KeyValuePair<string, object?>("source", source));
        Duration.Record(elapsed.TotalSeconds, new("source", source), new("outcome", word));
        if (outcome is { Value: { } done }) Bytes.Add(done.Bytes, new KeyValuePair<string, object?>("source", source));
    }
}
