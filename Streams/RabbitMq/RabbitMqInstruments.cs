using System.Diagnostics.Metrics;

namespace Granary.Streams.RabbitMq;

/// <summary>What is measured of the streams on RabbitMQ; the provider is the one tag.</summary>
internal static class RabbitMqInstruments
{
    public const string MeterName = "Granary.Streams.RabbitMq";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Published { get; } =
        Meter.CreateCounter<long>("granary.streams.published", description: "Messages given to the broker.");

    public static Counter<long> Confirmed { get; } =
        Meter.CreateCounter<long>("granary.streams.confirmed", description: "Messages that the broker has in a queue, on disk.");

    public static Counter<long> Refused { get; } =
        Meter.CreateCounter<long>("granary.streams.refused", description: "Messages that the broker did not take, or did not confirm in time.");

    public static Counter<long> Delivered { get; } =
        Meter.CreateCounter<long>("granary.streams.delivered", description: "Messages that the broker handed out to this silo.");

    public static Counter<long> Redelivered { get; } =
        Meter.CreateCounter<long>("granary.streams.redelivered", description: "Of these, how many were handed out before.");

    public static Counter<long> Acknowledged { get; } =
        Meter.CreateCounter<long>("granary.streams.acknowledged", description: "Messages that their consumers are done with.");

    public static Counter<long> Failed { get; } =
        Meter.CreateCounter<long>("granary.streams.failed", description: "Deliveries that failed and will be tried again.");

    public static Counter<long> Dead { get; } = Meter.CreateCounter<long>("granary.streams.dead", description: "Messages given up.");

    public static KeyValuePair<string, object?> Tag(string provider) => new("provider", provider);
}
