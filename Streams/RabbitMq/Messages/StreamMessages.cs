using System.Globalization;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.Messages;

/// <summary>Between events and messages.</summary>
internal sealed class StreamMessages(RabbitMqStreamsOptions options, TimeProvider time)
{
    /// <exception cref="ArgumentException">It is larger than a message may be.</exception>
    public OutgoingMessage Write(StreamId stream, object item)
    {
        var type = options.Messages.Of(item);
        var body = type.Write(item);
        if (body.Length > options.MaxMessageSize)
            throw new ArgumentException($"An event of {body.Length} bytes is more than the {options.MaxMessageSize} of MaxMessageSize.", nameof(item));
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            Type = type.Name,
            MessageId = type.Id?.Invoke(item),
            Timestamp = new AmqpTimestamp(time.GetUtcNow().ToUnixTimeSeconds()),
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                [MessageHeaders.Version] = type.Version,
                [MessageHeaders.StreamNamespace] = stream.GetNamespace() ?? "",
                [MessageHeaders.StreamKey] = stream.GetKeyAsString(),
                [MessageHeaders.Publication] = Guid.NewGuid().ToString("N"),
            },
        };
        return new OutgoingMessage(type.Name, properties, body);
    }

    /// <exception cref="FormatException">It is not a message of a stream, or of a type that is not known; the JSON reader has its own.</exception>
    public (StreamId Stream, object Event) Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        if (body.Length > options.MaxMessageSize)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Its {body.Length} bytes are more than MaxMessageSize."));
        if (MessageHeaders.Text(properties, MessageHeaders.StreamKey) is not { Length: > 0 } key)
            throw new FormatException($"Header {MessageHeaders.StreamKey} is missing.");
        if (properties.Type is not { Length: > 0 } name) throw new FormatException("Property type is missing.");
        if (MessageHeaders.Number(properties, MessageHeaders.Version) is not { } version || version is < 0 or > int.MaxValue)
            throw new FormatException($"Header {MessageHeaders.Version} is missing.");
        var @namespace = MessageHeaders.Text(properties, MessageHeaders.StreamNamespace);
        var item = options.Messages.Of(name, (int)version).Read(body);
        return (StreamId.Create(string.IsNullOrEmpty(@namespace) ? null! : @namespace, key), item);
    }
}

internal sealed record OutgoingMessage(string TypeName, BasicProperties Properties, byte[] Body);
