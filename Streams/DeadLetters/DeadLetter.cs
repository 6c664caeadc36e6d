namespace Granary.Streams.DeadLetters;

/// <summary>A message that was given up, with the reason.</summary>
/// <param name="Id">Names it within its provider; printable, without blanks and slashes, at most <see cref="MaxIdLength"/> characters.</param>
/// <param name="Provider">The stream provider.</param>
/// <param name="StreamNamespace">Of its stream.</param>
/// <param name="StreamKey">Of its stream.</param>
/// <param name="EnqueuedAt">When it was published.</param>
/// <param name="DiedAt">When it was given up.</param>
/// <param name="Attempts">Failed deliveries.</param>
/// <param name="Reason">What the consumer threw last, or why it was never given one.</param>
/// <param name="Size">Of the serialised message in bytes.</param>
public sealed record DeadLetter(
    string Id, string Provider, string StreamNamespace, string StreamKey, DateTimeOffset EnqueuedAt, DateTimeOffset DiedAt, int Attempts,
    string Reason, long Size)
{
    public const int MaxIdLength = 100;
}
