using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Granary.Frontends.Rpc.Login;

namespace Granary.Frontends.Rpc.OpenApi;

/// <summary>The operation objects of the document: https://spec.openapis.org/oas/v3.1.0#operation-object.</summary>
internal sealed class OpenApiOperation(SchemaCatalog schemas)
{
    private const string Json = "application/json";

    /// <param name="method">The call.</param>
    /// <param name="route">One of its JSON forms.</param>
    /// <param name="id">Unique in the document.</param>
    public JsonObject Of(MethodDescriptor method, JsonRoute route, string id)
    {
        var operation = new JsonObject
        {
            ["operationId"] = id,
            ["tags"] = new JsonArray(method.Service.Name),
        };
        var inPath = route.Parameters.Select(static parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var rest = method.InputType.Fields.InFieldNumberOrder().Where(field => !inPath.Contains(field.Name)).ToList();
        var query = route.Body == "*" ? [] : rest.Where(field => field.Name != route.Body).SelectMany(field => InQuery(field, ""));
        JsonNode[] parameters = [.. route.Parameters.Select(parameter => InPath(method.InputType, parameter.Name, parameter.Slashes)), .. query];
        if (parameters.Length > 0) operation["parameters"] = new JsonArray(parameters);
        if (route.Body.Length > 0) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(BodyOf(method, route, rest)) };
        operation["responses"] = new JsonObject
        {
            ["200"] = Answer(method, route),
            ["default"] = new JsonObject { ["$ref"] = "#/components/responses/Error" },
        };
        // An empty requirement: none is needed.
        if (CallCatalog.OperationOf(method) is { Anonymous: true }) operation["security"] = OpenApiSecurity.Optional();
        return operation;
    }

    private JsonObject InPath(MessageDescriptor request, string name, bool slashes)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = schemas.Of(request.FindFieldByName(name)) };
        if (slashes) parameter["description"] = "May have slashes in it, as they are or as %2F.";
        return parameter;
    }

    /// <summary>The parameters of a field; one for each field within it when it is a message that JSON has as an object.</summary>
    private IEnumerable<JsonObject> InQuery(FieldDescriptor field, string prefix)
    {
        var name = prefix + field.JsonName;
        if (field is { FieldType: FieldType.Message, MessageType.File.Package: not "google.protobuf" })
        {
            return field.IsRepeated ? [] : field.MessageType.Fields.InFieldNumberOrder().SelectMany(inner => InQuery(inner, name + "."));
        }
        return [new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = schemas.Of(field) }];
    }

    private JsonObject BodyOf(MethodDescriptor method, JsonRoute route, List<FieldDescriptor> rest) =>
        route.Body == "*" ? schemas.Object(method.InputType, rest) : schemas.Of(method.InputType.FindFieldByName(route.Body));

    private JsonObject Answer(MethodDescriptor method, JsonRoute route)
    {
        var schema = route.ResponseBody.Length == 0 ? schemas.Of(method.OutputType) : schemas.Of(method.OutputType.FindFieldByName(route.ResponseBody));
        return new JsonObject
        {
            ["description"] = method.IsServerStreaming ? "One message a line, each as the schema has it." : "The answer.",
            ["content"] = Content(schema),
        };
    }

    private static JsonObject Content(JsonObject schema) => new() { [Json] = new JsonObject { ["schema"] = schema } };
}
