namespace Granary.Streams.RabbitMq.Connections;

/// <summary>Whether the silo's brokers can be reached.</summary>
public sealed class RabbitMqHealth
{
    private readonly BrokerConnections _connections;

    internal RabbitMqHealth(BrokerConnections connections) => _connections = connections;

    /// <summary>Why a broker cannot be reached just now, without secrets; null when all that were needed so far can.</summary>
    public string? Fault => _connections.All.Select(static c => c.Fault).FirstOrDefault(static f => f is not null);
}
