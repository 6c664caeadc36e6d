namespace Granary.Streams.RabbitMq.DeadLetters;

/// <summary>A message that was given up, with the reason.</summary>
/// <param name="Id">Ascending with the time.</param>
/// <param name="Provider">The stream provider.</param>
/// <param name="StreamNamespace">Of its stream; empty when the message did not say.</param>
/// <param name="StreamKey">Of its stream; empty when the message did not say.</param>
/// <param name="EnqueuedAt">When it was published.</param>
/// <param name="DiedAt">When it was given up.</param>
/// <param name="Attempts">Failed deliveries.</param>
/// <param name="Reason">What the consumer threw last, or why it was never given one.</param>
/// <param name="Size">Of its body in bytes.</param>
public sealed record DeadLetter(
    long Id, string Provider, string StreamNamespace, string StreamKey, DateTimeOffset EnqueuedAt, DateTimeOffset DiedAt, int Attempts,
    string Reason, long Size);
