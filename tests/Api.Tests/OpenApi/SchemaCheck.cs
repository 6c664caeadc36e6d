using System.Text.Json;

namespace Granary.Api.Tests.OpenApi;

/// <summary>Compares JSON with the part of JSON Schema that the document uses; properties that the schema does not name are faults.</summary>
internal static class SchemaCheck
{
    public static JsonElement Resolve(JsonElement document, string reference) =>
        reference.Split('/').Skip(1).Aggregate(document, static (at, name) => at.GetProperty(name));

    /// <param name="document">Where references lead.</param>
    /// <param name="schema">What <paramref name="json"/> must be.</param>
    /// <param name="json">An answer, or a part of it.</param>
    /// <param name="at">The place of the part.</param>
    public static IEnumerable<string> Faults(JsonElement document, JsonElement schema, JsonElement json, string at = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference)) return Faults(document, Resolve(document, reference.GetString()!), json, at);
        var type = schema.GetProperty("type").GetString();
        return type switch
        {
            "object" when json.ValueKind == JsonValueKind.Object => OfObject(document, schema, json, at),
            "array" when json.ValueKind == JsonValueKind.Array =>
                json.EnumerateArray().SelectMany((item, i) => Faults(document, schema.GetProperty("items"), item, $"{at}[{i}]")),
            "string" when json.ValueKind == JsonValueKind.String => OfString(schema, json.GetString()!, at),
            "boolean" when json.ValueKind is JsonValueKind.True or JsonValueKind.False => [],
            "integer" when json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out _) => [],
            "number" when json.ValueKind == JsonValueKind.Number => [],
            _ => [$"{at} is {json.ValueKind}, not {type}"],
        };
    }

    private static IEnumerable<string> OfObject(JsonElement document, JsonElement schema, JsonElement json, string at)
    {
        var properties = schema.GetProperty("properties");
        var open = schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.True;
        return json.EnumerateObject().SelectMany(property => properties.TryGetProperty(property.Name, out var inner)
            ? Faults(document, inner, property.Value, $"{at}.{property.Name}")
            : open ? [] : [$"{at}.{property.Name} is not in the schema"]);
    }

    private static IEnumerable<string> OfString(JsonElement schema, string text, string at)
    {
        if (schema.TryGetProperty("enum", out var names) && !names.EnumerateArray().Any(name => name.GetString() == text)) yield return $"{at} is {text}";
        if (!schema.TryGetProperty("format", out var format)) yield break;
        var fits = format.GetString() switch
        {
            "date-time" => DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _),
            _ => false,
        };
        if (!fits) yield return $"{at} is no {format}: {text}";
    }
}
