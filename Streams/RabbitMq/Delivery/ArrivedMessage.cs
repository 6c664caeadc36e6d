using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>A message as the broker handed it out, which it will hand out again when the session ends before it is settled.</summary>
internal sealed class ArrivedMessage(
    ConsumerSession session, ulong tag, string routingKey, IReadOnlyBasicProperties properties, byte[] body)
{
    private (ConsumerSession Session, ulong Tag) _delivery = (session, tag);

    public string RoutingKey => routingKey;

    public IReadOnlyBasicProperties Properties => properties;

    public byte[] Body => body;

    /// <summary>Nothing can be said to the broker about it any more.</summary>
    public bool IsStale => _delivery.Session.IsClosed;

    public ConsumerSession Session => _delivery.Session;

    /// <summary>It came again, over a new channel.</summary>
    public void MoveTo(ArrivedMessage again) => _delivery = again._delivery;

    /// <summary>To be acknowledged.</summary>
    public void Settle() => _delivery.Session.Settle(_delivery.Tag);
}
