using System.Diagnostics.Metrics;
using Granary.Hooks.Webhooks;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>What is measured of webhooks; how an attempt ended is the one tag.</summary>
internal static class WebhookInstruments
{
    private static readonly Meter Meter = new("Granary.Webhooks");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("granary.webhooks.attempt.duration", "s", "Attempts, by how they ended.");

    public static Counter<long> Disabled { get; } =
        Meter.CreateCounter<long>("granary.webhooks.disabled", description: "Webhooks that the server switched off because their receivers failed for days.");

    public static void Attempted(WebhookAttempt attempt) => Duration.Record(
        attempt.Duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", OutcomeOf(attempt.Outcome)));

    private static string OutcomeOf(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Delivered => "delivered",
        WebhookOutcome.Rejected => "rejected",
        WebhookOutcome.TimedOut => "timed-out",
        WebhookOutcome.Refused => "refused",
        _ => "failed",
    };
}
