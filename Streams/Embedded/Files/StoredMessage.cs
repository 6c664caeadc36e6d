namespace Granary.Streams.Embedded.Files;

/// <summary>A message as it lies in the file.</summary>
internal sealed record StoredMessage(long Id, StreamId Stream, DateTimeOffset EnqueuedAt, int Attempts, byte[] Body);
