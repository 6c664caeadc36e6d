using System.Diagnostics.Metrics;

namespace Granary.Grains.Outbox;

/// <summary>What is measured of the outbox; the kind of job is the one tag.</summary>
internal static class OutboxInstruments
{
    public const string MeterName = "Granary.Outbox";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Published { get; } =
        Meter.CreateCounter<long>("granary.outbox.published", description: "Events handed to the queue of a kind of job.");

    public static Counter<long> Failures { get; } =
        Meter.CreateCounter<long>("granary.outbox.failures", description: "Tries to publish that failed.");
}
