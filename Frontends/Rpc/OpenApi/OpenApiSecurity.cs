using System.Text.Json.Nodes;

namespace Granary.Frontends.Rpc.OpenApi;

/// <summary>How callers log in: https://spec.openapis.org/oas/v3.1.0#security-scheme-object.</summary>
internal static class OpenApiSecurity
{
    public static JsonObject Schemes() => new()
    {
        ["basic"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic", ["description"] = "A user name, and the password or an access token." },
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An access token." },
    };

    public static JsonArray Required() => [Requirement("basic"), Requirement("bearer")];

    public static JsonArray Optional() => [new JsonObject(), .. Required().Select(static requirement => requirement!.DeepClone())];

    private static JsonObject Requirement(string scheme) => new() { [scheme] = new JsonArray() };
}
