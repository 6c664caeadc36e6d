using Granary.Grains.Hooks.Dispatch;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>Wakes this silo's <see cref="WebhookScanner"/>.</summary>
internal sealed class WebhookSignal : DueSignal;
