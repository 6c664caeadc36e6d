using System.Text.Json;

namespace Granary.Streams.RabbitMq.Messages;

/// <summary>
/// What the events of a provider are on the wire: a type's name and version, and the JSON of its body. A version is added when
/// the JSON changes in a way that its readers would not understand; the last that was added for a type of event is written.
/// </summary>
public sealed class StreamMessageTypes
{
    private readonly Dictionary<Type, StreamMessageType> _written = [];
    private readonly Dictionary<(string Name, int Version), StreamMessageType> _read = [];

    internal bool IsAny => _read.Count > 0;

    /// <summary>Adds a type of event.</summary>
    /// <param name="name">Of the type: lower-case words with hyphens; a part of the routing key.</param>
    /// <param name="version">From 1.</param>
    /// <param name="write">The JSON.</param>
    /// <param name="read">The event; it throws for what it cannot understand.</param>
    /// <param name="id">What duplicates of an event have in common. Default: none.</param>
    public StreamMessageTypes Add<T>(
        string name, int version, Func<T, byte[]> write, Func<ReadOnlyMemory<byte>, T> read, Func<T, string>? id = null)
        where T : notnull
    {
        var type = new StreamMessageType(
            name, version, item => write((T)item), body => read(body), id is null ? null : item => id((T)item));
        _read.Add((name, version), type);
        _written[typeof(T)] = type;
        return this;
    }

    /// <summary>Adds a type of event whose JSON is that of its properties.</summary>
    public StreamMessageTypes Add<T>(string name, int version, JsonSerializerOptions json, Func<T, string>? id = null)
        where T : notnull => Add(
            name, version, item => JsonSerializer.SerializeToUtf8Bytes(item, json),
            body => JsonSerializer.Deserialize<T>(body.Span, json) ?? throw new FormatException("The body is null."), id);

    /// <exception cref="NotSupportedException">The type was not added.</exception>
    internal StreamMessageType Of(object item) => _written.TryGetValue(item.GetType(), out var type)
        ? type
        : throw new NotSupportedException($"{item.GetType()} is not among the message types of the stream provider.");

    /// <exception cref="FormatException">The type was not added.</exception>
    internal StreamMessageType Of(string name, int version) => _read.TryGetValue((name, version), out var type)
        ? type
        : throw new FormatException($"Version {version} of message type \"{name}\" is not known here.");
}

internal sealed record StreamMessageType(
    string Name, int Version, Func<object, byte[]> Write, Func<ReadOnlyMemory<byte>, object> Read, Func<object, string>? Id);
