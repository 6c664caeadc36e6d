using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Granary.Frontends.Rpc.OpenApi;

/// <summary>The JSON face in the form of OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.0.</summary>
internal static class OpenApiDocument
{
    /// <param name="files">The protos with the services.</param>
    public static JsonObject Of(IEnumerable<FileDescriptor> files)
    {
        var schemas = new SchemaCatalog();
        var paths = PathsOf(files, new OpenApiOperation(schemas));
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Granary", ["version"] = "v1" },
            ["security"] = OpenApiSecurity.Required(),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.ToJson(),
                ["responses"] = new JsonObject { ["Error"] = Error() },
                ["securitySchemes"] = OpenApiSecurity.Schemes(),
            },
        };
    }

    private static JsonObject PathsOf(IEnumerable<FileDescriptor> files, OpenApiOperation operations)
    {
        var paths = new JsonObject();
        foreach (var method in files.SelectMany(static file => file.Services).SelectMany(static service => service.Methods))
        {
            foreach (var (index, route) in JsonRoute.Of(method).Index())
            {
                if (paths[route.Path] is not JsonObject path) paths[route.Path] = path = [];
                var name = $"{method.Service.Name}_{method.Name}";
                path.Add(route.Verb, operations.Of(method, route, index == 0 ? name : $"{name}_{index + 1}"));
            }
        }
        return paths;
    }

    /// <summary><c>google.rpc.Status</c>; the kinds of details are not told apart, since new ones may come.</summary>
    private static JsonObject Error() => new()
    {
        ["description"] = "The call was refused, or failed.",
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("code", "message"),
                    ["properties"] = new JsonObject
                    {
                        ["code"] = new JsonObject { ["type"] = "integer", ["format"] = "int32" },
                        ["message"] = new JsonObject { ["type"] = "string" },
                        ["details"] = new JsonObject
                        {
                            ["type"] = "array",
                            ["items"] = new JsonObject
                            {
                                ["type"] = "object",
                                ["required"] = new JsonArray("@type"),
                                ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
                                ["additionalProperties"] = true,
                            },
                        },
                    },
                },
            },
        },
    };
}
