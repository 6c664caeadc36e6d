using System.Net;
using System.Text.Json;
using HarnessApi = Granary.Tests.Harness.Api;

namespace Granary.Api.Tests.OpenApi;

/// <summary>The document as the server sends it, and the server's answers beside it.</summary>
public sealed class OpenApiServerTests(ApiServer server)
{
    private const string Address = "/api/v1/openapi.json";
    private const string Repository = "/api/v1/projects/{project}/repositories/{repository}";

    [Fact]
    public async Task Document_WithoutLogin_IsSentOnceAndThenUnchanged()
    {
        using var anonymous = server.Server.Admin.Anonymous();
        using var first = await anonymous.Client.GetAsync(new Uri(Address, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("application/json", first.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(await first.Content.ReadAsByteArrayAsync());
        Assert.Equal("3.1.0", document.RootElement.GetProperty("openapi").GetString());

        using var again = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await anonymous.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());

        using var other = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { IfNoneMatch = { new("\"another\"") } } };
        using var third = await anonymous.Client.SendAsync(other);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task Answers_OfManyCalls_AreAsTheirSchemas()
    {
        using var repository = await ApiRepository.CreateAsync(server.Server);
        var first = (await repository.Work.RunAsync("rev-parse", "HEAD")).Trim();
        await File.WriteAllTextAsync(Path.Combine(repository.Work.Folder, "README.md"), "# Read\n");
        await repository.Work.RunAsync("add", ".");
        await repository.Work.RunAsync("commit", "-q", "-m", "second");
        await repository.PushAsync("main");
        using var member = server.Server.Admin.As(ApiRepository.Member, ApiRepository.MemberPassword);
        var document = await DocumentAsync();
        foreach (var (path, query) in (IEnumerable<(string, string)>)
        [
            ("/api/v1/user", ""),
            ("/api/v1/projects", "?pageSize=2"),
            ("/api/v1/projects/{project}/members", ""),
            ("/api/v1/server/job-kinds", ""),
            (Repository, ""),
            (Repository + "/activity", ""),
            (Repository + "/maintenance", ""),
            (Repository + "/branches", ""),
            (Repository + "/readme", ""),
            (Repository + "/tree", "?recursive=true"),
            (Repository + "/blob", "?path=README.md"),
            (Repository + "/commits", ""),
            (Repository + "/commits/{revision}/diff", ""),
            (Repository + "/compare", $"?base={first}&head=main&options.contextLines=1"),
        ])
        {
            var address = path.Replace("{project}", repository.Project, StringComparison.Ordinal)
                .Replace("{repository}", ApiRepository.Name, StringComparison.Ordinal).Replace("{revision}", "main", StringComparison.Ordinal);
            var client = path.Contains("/server/", StringComparison.Ordinal) || path.EndsWith("/maintenance", StringComparison.Ordinal) ? server.Server.Admin : member;
            await AssertAnswerAsync(document, client, path, address + query, HttpStatusCode.OK);
        }
        await AssertAnswerAsync(document, member, Repository, $"/api/v1/projects/{repository.Project}/repositories/none", HttpStatusCode.NotFound);
    }

    private static async Task AssertAnswerAsync(JsonElement document, HarnessApi client, string path, string address, HttpStatusCode expected)
    {
        using var answer = await client.Client.GetAsync(new Uri(address, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{address}: {answer.StatusCode} {text}");
        var response = expected == HttpStatusCode.OK
            ? document.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200")
            : SchemaCheck.Resolve(document, "#/components/responses/Error");
        var schema = response.GetProperty("content").GetProperty(answer.Content.Headers.ContentType!.MediaType!).GetProperty("schema");
        // A stream is one message a line; other answers are one line.
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            Assert.NotEmpty(json.RootElement.EnumerateObject());
            var faults = SchemaCheck.Faults(document, schema, json.RootElement).ToList();
            Assert.True(faults.Count == 0, $"{address}: {string.Join("; ", faults)} in {line}");
        }
    }

    private async Task<JsonElement> DocumentAsync() => (await server.Server.Admin.SendAsync(HttpMethod.Get, "openapi.json")).Json;
}
