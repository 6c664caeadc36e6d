namespace Granary.Streams.RabbitMq.Connections;

/// <summary>The broker cannot be reached or did not confirm. What was published may or may not be in its queue; publish again later.</summary>
public sealed class BrokerUnavailableException : Exception
{
    public BrokerUnavailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
