namespace Granary.Streams.Delivery;

/// <summary>Keeps in the file what became of messages.</summary>
internal interface IMessageLedger
{
    /// <summary>All consumers are done with it.</summary>
    void Acknowledge(CachedMessage message);

    /// <summary>A delivery failed and another will be tried.</summary>
    void Fail(CachedMessage message);

    /// <summary>It becomes a dead letter.</summary>
    void GiveUp(CachedMessage message, string reason);
}
