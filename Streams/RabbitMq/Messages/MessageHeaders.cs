using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.Messages;

/// <summary>Headers of messages, beside AMQP's own properties.</summary>
internal static class MessageHeaders
{
    /// <summary>Of the message type; a number.</summary>
    public const string Version = "version";

    public const string StreamNamespace = "stream-namespace";
    public const string StreamKey = "stream-key";

    /// <summary>Different for each publishing: knows a message again that the broker hands out again. Nobody else need send it.</summary>
    public const string Publication = "publication";

    /// <summary>Of a dead letter: why, which, when (milliseconds since 1970), after how many failed deliveries, and where it was.</summary>
    public const string Reason = "dead-reason";

    public const string DeathId = "dead-id";
    public const string DiedAt = "dead-at";
    public const string Attempts = "dead-attempts";
    public const string RoutingKey = "dead-routing-key";

    /// <summary>Texts come as bytes; null when it is none, or none of a sensible length.</summary>
    public static string? Text(IReadOnlyBasicProperties properties, string name)
    {
        const int longest = 4096;
        return properties.Headers is { } headers && headers.TryGetValue(name, out var value)
            ? value switch
            {
                byte[] { Length: <= longest } bytes => Encoding.UTF8.GetString(bytes),
                string text => text,
                _ => null,
            }
            : null;
    }

    /// <summary>Whatever kind of integer the sender's library made of it; null when it is none.</summary>
    public static long? Number(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) && value is byte or sbyte or short or ushort or int or uint or long
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : null;
}
