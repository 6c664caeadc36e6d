using System.Diagnostics.Metrics;

namespace Granary.Grains.Git.Reading;

/// <summary>What is measured of reads.</summary>
internal static class ReadingInstruments
{
    private static readonly Meter Meter = new("Granary.Reading");

    private static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("granary.reading.running", "{read}", "Reads on a thread.");

    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>("granary.reading.waiting", "{read}", "Reads that wait for a thread.");

    private static readonly UpDownCounter<long> Streams = Meter.CreateUpDownCounter<long>("granary.reading.streams", "{stream}", "Streams that are open.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "granary.reading.duration", "s", "Time on a thread: of a read, or of one turn of a stream.");

    private static readonly UpDownCounter<long> Handles = Meter.CreateUpDownCounter<long>("granary.reading.handles", "{handle}", "Object stores that are open.");

    private static readonly UpDownCounter<long> HandleUses = Meter.CreateUpDownCounter<long>("granary.reading.handle_uses", "{use}", "Reads and streams that use them.");

    private static readonly UpDownCounter<long> Memory = Meter.CreateUpDownCounter<long>("granary.reading.blob_memory", "By", "Memory for files that are being read.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("granary.reading.refusals", "{read}", "Reads that were told to try again.");

    private static readonly KeyValuePair<string, object?>[] Kinds =
        [.. Enum.GetNames<ReadKind>().Select(static name => new KeyValuePair<string, object?>("kind", char.ToLowerInvariant(name[0]) + name[1..]))];

    public static void Queued(int change) => Waiting.Add(change);

    public static void Started(ReadKind kind) => Running.Add(1, Kinds[(int)kind]);

    public static void Ended(ReadKind kind, TimeSpan time)
    {
        Running.Add(-1, Kinds[(int)kind]);
        Duration.Record(time.TotalSeconds, Kinds[(int)kind]);
    }

    public static void Streaming(ReadKind kind, int change) => Streams.Add(change, Kinds[(int)kind]);

    public static void Opened(int change) => Handles.Add(change);

    public static void Used(int change) => HandleUses.Add(change);

    public static void Held(long change) => Memory.Add(change);

    /// <param name="reason"><c>queue</c>, <c>handles</c> or <c>memory</c>.</param>
    public static void Refused(string reason) => Refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
