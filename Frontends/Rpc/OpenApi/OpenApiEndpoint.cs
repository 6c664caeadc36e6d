using System.Security.Cryptography;
using System.Text;
using Granary.Frontends.Rpc.Login;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Granary.Frontends.Rpc.OpenApi;

/// <summary>Serves the document; it tells no more than the protos do, so that nobody needs a login for it.</summary>
internal static class OpenApiEndpoint
{
    public const string Path = "/api/v1/openapi.json";

    // Made when it is first asked for, and the same until another version of the server runs.
    private static readonly Lazy<(byte[] Bytes, EntityTagHeaderValue Tag)> Document = new(static () =>
    {
        var bytes = Encoding.UTF8.GetBytes(OpenApiDocument.Of(CallCatalog.Files).ToJsonString());
        return (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\""));
    });

    public static void MapOpenApi(this IEndpointRouteBuilder endpoints) => endpoints.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], Serve);

    private static IResult Serve(HttpResponse response)
    {
        var (bytes, tag) = Document.Value;
        // May be kept by anybody, but is asked about again: an upgrade changes it.
        response.Headers.CacheControl = "public, no-cache";
        return Results.Bytes(bytes, "application/json", entityTag: tag);
    }
}
