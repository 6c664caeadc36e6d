using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Granary.Frontends.Rpc.OpenApi;

/// <summary>The schemas of messages and enums in the form that they have in JSON: https://protobuf.dev/programming-guides/json.</summary>
internal sealed class SchemaCatalog
{
    private const string Package = "granary.v1.";

    private readonly SortedDictionary<string, JsonObject> _named = new(StringComparer.Ordinal);

    /// <summary>What <see cref="Of(FieldDescriptor)"/> and <see cref="Of(MessageDescriptor)"/> have referred to so far.</summary>
    public JsonObject ToJson() => new(_named.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())));

    public JsonObject Of(MessageDescriptor message) => message.FullName switch
    {
        "google.protobuf.Timestamp" => Scalar("string", "date-time"),
        "google.protobuf.Duration" => new JsonObject { ["type"] = "string", ["pattern"] = @"^-?[0-9]+(\.[0-9]{1,9})?s$" },
        var name when name.StartsWith("google.protobuf.", StringComparison.Ordinal) =>
            throw new InvalidOperationException($"The JSON form of {name} is not known here."),
        var name => Reference(name, () => Object(message, message.Fields.InFieldNumberOrder())),
    };

    public JsonObject Of(FieldDescriptor field)
    {
        if (field.IsMap) return new JsonObject { ["type"] = "object", ["additionalProperties"] = Single(field.MessageType.FindFieldByNumber(2)) };
        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = Single(field) } : Single(field);
    }

    /// <summary>The schema of a message of which only these fields are there.</summary>
    public JsonObject Object(MessageDescriptor message, IEnumerable<FieldDescriptor> fields)
    {
        var shown = fields.ToList();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(shown.Select(field => KeyValuePair.Create(field.JsonName, (JsonNode?)Of(field)))),
        };
        var choices = message.Oneofs.Where(static oneof => !oneof.IsSynthetic)
            .Select(oneof => oneof.Fields.Where(shown.Contains).ToList()).Where(static members => members.Count > 1)
            .Select(static members => (JsonNode)AtMostOne(members)).ToArray();
        if (choices.Length > 0) schema["allOf"] = new JsonArray(choices);
        return schema;
    }

    /// <summary>One of the members, or none.</summary>
    private static JsonObject AtMostOne(List<FieldDescriptor> members)
    {
        JsonNode[] Each() => [.. members.Select(static member => new JsonObject { ["required"] = new JsonArray(member.JsonName) })];
        var none = new JsonObject { ["not"] = new JsonObject { ["anyOf"] = new JsonArray(Each()) } };
        return new JsonObject { ["oneOf"] = new JsonArray([.. Each(), none]) };
    }

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Of(field.MessageType),
        FieldType.Enum => Reference(field.EnumType.FullName, () => Of(field.EnumType)),
        FieldType.String => Scalar("string"),
        FieldType.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Bool => Scalar("boolean"),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Scalar("integer", "int32"),
        FieldType.UInt32 or FieldType.Fixed32 => Scalar("integer", "uint32"),
        // Numbers, not strings: so the transcoding writes them unless it is told otherwise. It reads both.
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Scalar("integer", "int64"),
        FieldType.UInt64 or FieldType.Fixed64 => Scalar("integer", "uint64"),
        FieldType.Double => Scalar("number", "double"),
        FieldType.Float => Scalar("number", "float"),
        var other => throw new InvalidOperationException($"A field of type {other} has no JSON form."),
    };

    private static JsonObject Of(EnumDescriptor type) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. type.Values.Select(static value => (JsonNode)value.Name)]) };

    private static JsonObject Scalar(string type, string? format = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null) schema["format"] = format;
        return schema;
    }

    private JsonObject Reference(string fullName, Func<JsonObject> schema)
    {
        var name = fullName.StartsWith(Package, StringComparison.Ordinal) ? fullName[Package.Length..] : fullName;
        // The name is taken before its schema is made, which may lead back to it.
        if (_named.TryAdd(name, [])) _named[name] = schema();
        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }
}
