using System.Diagnostics.Metrics;

namespace Granary.Streams.Embedded;

/// <summary>What is measured of the embedded streams; the provider is the one tag.</summary>
internal static class EmbeddedInstruments
{
    public const string MeterName = "Granary.Streams.Embedded";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Published { get; } = Meter.CreateCounter<long>("granary.streams.published", description: "Messages made durable.");

    public static Counter<long> Acknowledged { get; } =
        Meter.CreateCounter<long>("granary.streams.acknowledged", description: "Messages that their consumers are done with.");

    public static Counter<long> Failed { get; } =
        Meter.CreateCounter<long>("granary.streams.failed", description: "Deliveries that failed and will be tried again.");

    public static Counter<long> Dead { get; } = Meter.CreateCounter<long>("granary.streams.dead", description: "Messages given up.");

    public static KeyValuePair<string, object?> Tag(string provider) => new("provider", provider);
}
