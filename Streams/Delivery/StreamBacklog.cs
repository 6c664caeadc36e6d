namespace Granary.Streams.Delivery;

/// <summary>The messages of one stream that are in memory, in order, and the cursors that read them.</summary>
internal sealed class StreamBacklog(StreamId stream)
{
    public StreamId Stream { get; } = stream;

    public List<CachedMessage> Messages { get; } = [];

    public List<MessageCursor> Cursors { get; } = [];

    public bool IsEmpty => Messages.Count == 0 && Cursors.Count == 0;
}
