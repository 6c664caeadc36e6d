using System.Net;
using System.Text.Json;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;

namespace Granary.Reading.Tests.Archives;

/// <summary>The download beside the calls: bytes, headers, rights and errors, as browsers and curl see them.</summary>
[Collection(typeof(ArchiveCollection))]
public sealed class ArchiveDownloadTests(ReadingServer server, AttributedRepository attributed)
{
    [Theory]
    [InlineData("main.zip", "zip", "application/zip", "main")]
    [InlineData("main.tar", "tar", "application/x-tar", "main")]
    [InlineData("v1.0.tar.gz", "tar.gz", "application/gzip", "v1.0")]
    [InlineData("refs%2Fheads%2fside.tgz", "tar.gz", "application/gzip", "side")]
    [InlineData("refs/heads/side.tar", "tar", "application/x-tar", "side")]
    public async Task Download_OfAFormat_IsGitsAndSaysWhatItIs(string file, string format, string type, string name)
    {
        using var answer = await GetAsync($"sample/archive/{file}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(await server.Git.ArchiveAsync($"--format={format}", $"--prefix=sample-{name}/", name), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((type, $"sample-{name}.{format}"), (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.FileName));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal((true, true), (answer.Headers.CacheControl!.Private, answer.Headers.CacheControl.NoCache));
    }

    [Fact]
    public async Task Query_HasPrefixAndPath()
    {
        using var answer = await GetAsync("sample/archive/main.tar?prefix=a%20b&path=src/deep");
        Assert.Equal(await server.Git.ArchiveAsync("--prefix=a b/", "main", "--", "src/deep"), await answer.Content.ReadAsByteArrayAsync());
        using var bare = await GetAsync("sample/archive/main.tar?prefix=");
        Assert.Equal(await server.Git.ArchiveAsync("main"), await bare.Content.ReadAsByteArrayAsync());
        var raw = Convert.ToBase64String(AttributedRepository.OddFolder).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        using var odd = await GetAsync($"{AttributedRepository.Name}/archive/main.tar?prefix=&rawPath={raw}");
        Assert.Equal(await attributed.Git.ArchiveAsync("main", "--", ":(glob)caf?/??*/**"), await odd.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Name_ThatIsNotAscii_IsThereInBothForms()
    {
        using var answer = await GetAsync($"{AttributedRepository.Name}/archive/{Uri.EscapeDataString("機能/\"a\"|b")}.zip");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            "attachment; filename=attributed-__--a--b.zip; filename*=UTF-8''attributed-%E6%A9%9F%E8%83%BD--a--b.zip",
            answer.Content.Headers.GetValues("Content-Disposition").Single());
    }

    [Fact]
    public async Task Tag_OfWhatIsKnown_IsNotSentAgain()
    {
        using var first = await GetAsync("sample/archive/main.zip");
        var tag = first.Headers.ETag!;
        Assert.Contains(await server.Git.RunAsync("rev-parse", "main"), tag.Tag, StringComparison.Ordinal);
        using var again = await GetAsync("sample/archive/main.zip", ("If-None-Match", $"\"other\", {tag}"));
        Assert.Equal((HttpStatusCode.NotModified, tag), (again.StatusCode, again.Headers.ETag!));
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        foreach (var other in (string[])["sample/archive/main.tar", "sample/archive/main.zip?path=src", "sample/archive/main.zip?prefix=x", "sample/archive/side.zip"])
        {
            using var differs = await GetAsync(other, ("If-None-Match", tag.ToString()));
            Assert.Equal(HttpStatusCode.OK, differs.StatusCode);
        }
    }

    [Fact]
    public async Task Head_HasHeadersAndStartsNothing()
    {
        using var answer = await SendAsync(server.Server.Admin, HttpMethod.Head, "sample/archive/main.tar.gz");
        Assert.Equal((HttpStatusCode.OK, "application/gzip"), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.NotNull(answer.Headers.ETag);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("sample/archive/absent.zip", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("sample/archive/main.exe", HttpStatusCode.BadRequest, "INVALID_ARGUMENT")]
    [InlineData("sample/archive/main", HttpStatusCode.BadRequest, "INVALID_ARGUMENT")]
    [InlineData("sample/archive/main.zip?prefix=../x", HttpStatusCode.BadRequest, "INVALID_ARGUMENT")]
    [InlineData("sample/archive/main.zip?prefix=a&prefix=b", HttpStatusCode.BadRequest, "INVALID_ARGUMENT")]
    [InlineData("sample/archive/main.zip?rawPath=%21", HttpStatusCode.BadRequest, "INVALID_ARGUMENT")]
    [InlineData("sample/archive/main.zip?path=a%00b", HttpStatusCode.BadRequest, "INVALID_ARGUMENT")]
    [InlineData("sample/archive/main.zip?path=README.md", HttpStatusCode.BadRequest, "FAILED_PRECONDITION")]
    [InlineData("empty/archive/HEAD.zip", HttpStatusCode.NotFound, "NOT_FOUND")]
    public async Task Fault_OfARequest_IsAnErrorAsJsonHasThem(string address, HttpStatusCode status, string reason)
    {
        using var answer = await GetAsync(address);
        Assert.Equal((status, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.False(answer.Content.Headers.Contains("Content-Disposition"));
        Assert.Null(answer.Headers.ETag);
        Assert.Equal(reason, ReasonIn(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Caller_WithoutTheRight_SeesWhatIsNotThere()
    {
        await server.Server.Admin.CreateUserAsync("archie", "the password of archie");
        using var archie = server.Server.Admin.As("archie", "the password of archie");
        using var nobody = server.Server.Admin.Anonymous();
        using var wrong = server.Server.Admin.As("archie", "another password");
        foreach (var (api, status, reason) in (IEnumerable<(Api, HttpStatusCode, string)>)
            [(archie, HttpStatusCode.NotFound, "NOT_FOUND"), (nobody, HttpStatusCode.Unauthorized, "LOGIN_REQUIRED"), (wrong, HttpStatusCode.Unauthorized, "LOGIN_REFUSED")])
        {
            var shown = new List<string>();
            foreach (var repository in (string[])["sample", "absent"])
            {
                using var answer = await SendAsync(api, HttpMethod.Get, $"{repository}/archive/main.zip");
                var text = await answer.Content.ReadAsStringAsync();
                Assert.Equal((status, reason), (answer.StatusCode, ReasonIn(text)));
                Assert.Equal(status == HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Count > 0);
                shown.Add(text[..text.IndexOf("RequestInfo", StringComparison.Ordinal)].Replace(repository, "", StringComparison.Ordinal));
            }

            Assert.Equal(shown[0], shown[1]);
        }

        var (token, id) = await server.Server.Admin.CreateTokenAsync(GranaryServer.AdminName, "read");
        using var bearer = server.Server.Admin.As("", token);
        using var good = await SendAsync(bearer, HttpMethod.Get, "sample/archive/main.zip");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        await server.Server.Admin.DeleteAsync($"users/{GranaryServer.AdminName}/tokens/{id}");
        using var revoked = await SendAsync(bearer, HttpMethod.Get, "sample/archive/main.zip");
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
    }

    [Fact]
    public async Task Login_OnBehalfOfAnother_IsNotIgnored()
    {
        using var answer = await GetAsync("sample/archive/main.zip", ("On-Behalf-Of", "archie"));
        Assert.Equal((HttpStatusCode.Forbidden, "PERMISSION_DENIED"), (answer.StatusCode, ReasonIn(await answer.Content.ReadAsStringAsync())));
    }

    private static string ReasonIn(string text) => JsonDocument.Parse(text).RootElement.GetProperty("details")[0].GetProperty("reason").GetString()!;

    private Task<HttpResponseMessage> GetAsync(string address, params (string Name, string Value)[] headers) =>
        SendAsync(server.Server.Admin, HttpMethod.Get, address, headers);

    private static async Task<HttpResponseMessage> SendAsync(Api api, HttpMethod method, string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"api/v1/projects/{ReadingServer.Project}/repositories/{address}", UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await api.Client.SendAsync(request);
    }
}
