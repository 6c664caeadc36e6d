using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Granary.Streams.DeadLetters;
using Granary.Streams.RabbitMq.Messages;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.DeadLetters;

/// <summary>Makes a dead letter of what lies in the queue, whoever gave it up.</summary>
internal static class DeadLetterReader
{
    /// <summary>RabbitMQ's own history of a message: a list of tables, the latest first.</summary>
    private const string BrokerHistory = "x-death";

    private const int HashBits = 20;

    public static DeadLetter Read(string provider, BasicGetResult result)
    {
        var properties = result.BasicProperties;
        return new DeadLetter(
            IdOf(result).ToString(CultureInfo.InvariantCulture),
            provider,
            MessageHeaders.Text(properties, MessageHeaders.StreamNamespace) ?? "",
            MessageHeaders.Text(properties, MessageHeaders.StreamKey) ?? "",
            DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime),
            DiedAt(properties),
            (int)(MessageHeaders.Number(properties, MessageHeaders.Attempts) ?? 0),
            MessageHeaders.Text(properties, MessageHeaders.Reason) ?? BrokerDeathOf(properties).Reason,
            result.Body.Length);
    }

    /// <summary>The time first, so that ids ascend; then what tells apart those of one millisecond.</summary>
    public static long IdOf(BasicGetResult result)
    {
        var name = MessageHeaders.Text(result.BasicProperties, MessageHeaders.DeathId)
            ?? MessageHeaders.Text(result.BasicProperties, MessageHeaders.Publication);
        var identity = name is null ? result.Body.Span : Encoding.UTF8.GetBytes(name);
        var hash = (long)(XxHash3.HashToUInt64(identity) & ((1 << HashBits) - 1));
        return (DiedAt(result.BasicProperties).ToUnixTimeMilliseconds() << HashBits) | hash;
    }

    /// <summary>Where it was; null when nobody can say.</summary>
    public static string? RoutingKeyOf(IReadOnlyBasicProperties properties) =>
        MessageHeaders.Text(properties, MessageHeaders.RoutingKey) ?? BrokerDeathOf(properties).RoutingKey;

    /// <summary>As it was published, without what its death added; known as another publishing.</summary>
    public static BasicProperties Revive(IReadOnlyBasicProperties properties)
    {
        string[] dead = [MessageHeaders.Reason, MessageHeaders.DeathId, MessageHeaders.DiedAt, MessageHeaders.Attempts, MessageHeaders.RoutingKey];
        var headers = (properties.Headers ?? new Dictionary<string, object?>())
            .Where(h => !h.Key.StartsWith("x-", StringComparison.Ordinal) && !dead.Contains(h.Key))
            .ToDictionary(static h => h.Key, static h => h.Value);
        headers[MessageHeaders.Publication] = Guid.NewGuid().ToString("N");
        return new BasicProperties(properties) { Headers = headers, Persistent = true };
    }

    private static DateTimeOffset DiedAt(IReadOnlyBasicProperties properties) =>
        MessageHeaders.Number(properties, MessageHeaders.DiedAt) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : BrokerDeathOf(properties).At;

    private static (string Reason, DateTimeOffset At, string? RoutingKey) BrokerDeathOf(IReadOnlyBasicProperties properties)
    {
        if (properties.Headers is not { } headers || !headers.TryGetValue(BrokerHistory, out var value)
            || value is not IList<object?> { Count: > 0 } history || history[0] is not IDictionary<string, object?> latest)
        {
            return ("unknown", DateTimeOffset.UnixEpoch, null);
        }

        var reason = Text(latest, "reason");
        var at = latest.TryGetValue("time", out var time) && time is AmqpTimestamp stamp
            ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime)
            : DateTimeOffset.UnixEpoch;
        var keys = latest.TryGetValue("routing-keys", out var list) ? list as IList<object?> : null;
        var deliveries = MessageHeaders.Number(properties, "x-delivery-count");
        var text = reason == "delivery_limit"
            ? string.Create(CultureInfo.InvariantCulture, $"its readers were cut off {deliveries?.ToString(CultureInfo.InvariantCulture) ?? "too many"} times before they were done (delivery_limit)")
            : $"given up by the broker: {reason}";
        return (text, at, keys is [byte[] key, ..] ? Encoding.UTF8.GetString(key) : null);
    }

    private static string Text(IDictionary<string, object?> table, string key) =>
        table.TryGetValue(key, out var value) && value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "unknown";
}
