using System.Text.Json;
using Google.Api;
using Google.Protobuf.Reflection;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.OpenApi;

namespace Granary.Api.Tests.OpenApi;

/// <summary>The document says of the calls what the protos say.</summary>
public sealed class OpenApiDocumentTests
{
    private readonly JsonElement _document = JsonSerializer.SerializeToElement(OpenApiDocument.Of(CallCatalog.Files));

    [Fact]
    public void Paths_AreTheRoutesOfTheProtosAndNoOther()
    {
        var routes = Methods.SelectMany(static method => RulesOf(method).Select(RouteOf));
        Assert.Equal(routes.Order(StringComparer.Ordinal), Operations().Select(static operation => operation.Route).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void References_AllLeadToSomething()
    {
        var references = All(_document, "$ref").Select(static reference => reference.GetString()!).ToHashSet();
        Assert.NotEmpty(references);
        Assert.All(references, reference => SchemaCheck.Resolve(_document, reference));
        // And nothing stands there that nobody refers to.
        Assert.All(
            _document.GetProperty("components").GetProperty("schemas").EnumerateObject(),
            schema => Assert.Contains($"#/components/schemas/{schema.Name}", references));
    }

    [Fact]
    public void OperationIds_AreUnique()
    {
        var ids = Operations().Select(static operation => operation.Json.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void PathParameters_AreThoseOfThePath() => Assert.All(Operations(), static operation =>
    {
        var inPath = operation.Route.Split('{').Skip(1).Select(static part => part[..part.IndexOf('}', StringComparison.Ordinal)]);
        Assert.Equal(inPath, ParametersOf(operation.Json).Where(static parameter => parameter.In == "path").Select(static parameter => parameter.Name));
    });

    [Fact]
    public void Parameters_FieldsOfARequestWithoutBody_AreInPathOrQuery()
    {
        var compare = Methods.Single(static method => method.FullName == "granary.v1.DiffService.Compare");
        var names = ParametersOf(Operation("GET /api/v1/projects/{project}/repositories/{repository}/compare")).Select(static parameter => parameter.Name).ToList();
        var fields = compare.InputType.Fields.InDeclarationOrder()
            .SelectMany(static field => field.FieldType == FieldType.Message
                ? field.MessageType.Fields.InDeclarationOrder().Select(inner => $"{field.JsonName}.{inner.JsonName}")
                : [field.JsonName]);
        Assert.Contains("options.contextLines", names);
        Assert.Equal(fields.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Security_OnlyCallsThatAllowIt_GoWithoutLogin()
    {
        var open = Operations().Where(static operation => operation.Json.TryGetProperty("security", out var ways)
            && ways.EnumerateArray().Any(static way => !way.EnumerateObject().Any())).Select(static operation => operation.Route);
        var anonymous = Methods.Where(static method => CallCatalog.OperationOf(method)!.Anonymous).SelectMany(static method => RulesOf(method).Select(RouteOf));
        Assert.Equal(anonymous.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<MethodDescriptor> Methods => CallCatalog.Files.SelectMany(static file => file.Services).SelectMany(static service => service.Methods);

    private static IEnumerable<HttpRule> RulesOf(MethodDescriptor method) =>
        method.GetOptions().GetExtension(AnnotationsExtensions.Http) is { } rule ? rule.AdditionalBindings.Prepend(rule) : [];

    private static string RouteOf(HttpRule rule)
    {
        var path = rule.Get + rule.Post + rule.Put + rule.Patch + rule.Delete;
        return $"{rule.PatternCase.ToString().ToUpperInvariant()} {path.Replace("=**", "", StringComparison.Ordinal)}";
    }

    private JsonElement Operation(string route) => Operations().Single(operation => operation.Route == route).Json;

    private IEnumerable<(string Route, JsonElement Json)> Operations() => _document.GetProperty("paths").EnumerateObject()
        .SelectMany(static path => path.Value.EnumerateObject().Select(verb => ($"{verb.Name.ToUpperInvariant()} {path.Name}", verb.Value)));

    private static IEnumerable<(string Name, string In)> ParametersOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? parameters.EnumerateArray().Select(static parameter => (parameter.GetProperty("name").GetString()!, parameter.GetProperty("in").GetString()!))
        : [];

    private static IEnumerable<JsonElement> All(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => property.Name == name ? [property.Value] : All(property.Value, name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => All(item, name)),
        _ => [],
    };
}
