using System.Globalization;
using Orleans.Streams;

namespace Granary.Streams.RabbitMq.Topology;

/// <summary>The names of one provider in the broker.</summary>
internal sealed class QueueNames(string provider, RabbitMqStreamsOptions options)
{
    /// <summary>AMQP's limit for a routing key is 255 bytes.</summary>
    private const int LongestKey = 100;

    public string Provider => provider;

    public string Exchange => options.Exchange;

    public string DeadExchange => options.Exchange + ".dead";

    public string DeadQueue => $"{options.Exchange}.{provider}.dead";

    public IEnumerable<(string Name, string Binding)> Queues => Enumerable.Range(0, options.Queues)
        .Select(n => (Queue((uint)n), string.Create(CultureInfo.InvariantCulture, $"{provider}.{n}.#")));

    public string Queue(QueueId queue) => Queue(queue.GetNumericId());

    /// <summary><c>provider.queue.type.key</c>: the first two words choose the queue, the others are for other subscribers.</summary>
    public string RoutingKey(QueueId queue, string type, StreamId stream)
    {
        var key = stream.GetKeyAsString();
        if (key.Length > LongestKey || !System.Text.Ascii.IsValid(key)) key = "-";
        return string.Create(CultureInfo.InvariantCulture, $"{provider}.{queue.GetNumericId()}.{type}.{key}");
    }

    private string Queue(uint number) => string.Create(CultureInfo.InvariantCulture, $"{options.Exchange}.{provider}.{number}");
}
