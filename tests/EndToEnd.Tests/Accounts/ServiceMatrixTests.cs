using System.Net;
using System.Net.Http.Headers;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Accounts;

/// <summary>No mixture of path, query and content type gets a caller more than the path allows.</summary>
public sealed class ServiceMatrixTests(SharedServer shared)
{
    private const string Password = "a good long password";

    public static TheoryData<string> Rights => ["none", "read", "write"];

    [Theory, MemberData(nameof(Rights))]
    public async Task Request_AnyMixtureOfServices_IsJudgedByWhatItReaches(string right)
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var user = SharedServer.NewName(right);
        await shared.Admin.CreateUserAsync(user, Password);
        if (right != "none") await shared.Admin.SetMemberAsync(repository.Project, user, right == "read" ? "viewer" : "member");
        var login = Api.Basic(user, Password);
        string[] queries = ["", "?service=git-upload-pack", "?service=git-receive-pack", "?service=git-receive-pack&service=git-upload-pack", "?service=x"];
        string[] types = ["", "application/x-git-upload-pack-request", "application/x-git-receive-pack-request", "text/plain"];
        var wrong = new List<string>();
        foreach (var query in queries)
        {
            var advertisement = await Wire.GetAsync($"{repository.AnonymousUrl}/info/refs{query}", login);
            Check($"GET info/refs{query}", ExpectedAdvertisement(right, query), advertisement.Status);
            foreach (var service in (string[])[Wire.UploadPack, Wire.ReceivePack])
            {
                foreach (var type in types)
                {
                    var reply = await PostAsync($"{repository.AnonymousUrl}/{service}{query}", type, login);
                    Check($"POST {service}{query} as '{type}'", ExpectedResult(right, service, type), reply);
                }
            }
        }

        Assert.Empty(wrong);

        void Check(string request, HttpStatusCode expected, HttpStatusCode actual)
        {
            if (actual != expected) wrong.Add($"{request}: {actual} instead of {expected}");
        }
    }

    [Fact]
    public async Task UploadPack_GivenAPush_ChangesNothing()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var before = await repository.RefsAsync();
        var body = Wire.Push(Wire.Zero, await work.RunAsync("rev-parse", "HEAD"), "refs/heads/sneaked", Wire.EmptyPack);
        foreach (var query in (string[])["", "?service=git-receive-pack"])
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{repository.AnonymousUrl}/git-upload-pack{query}")) { Content = content };
            request.Headers.Authorization = Wire.MemberLogin;
            using var reply = await shared.Admin.Client.SendAsync(request);
            Assert.Equal(before, await repository.RefsAsync());
        }
    }

    private static HttpStatusCode ExpectedAdvertisement(string right, string query) => (right, query) switch
    {
        (_, not ("?service=git-upload-pack" or "?service=git-receive-pack")) => HttpStatusCode.Forbidden,
        ("none", _) => HttpStatusCode.NotFound,
        ("read", "?service=git-receive-pack") => HttpStatusCode.Forbidden,
        _ => HttpStatusCode.OK,
    };

    private static HttpStatusCode ExpectedResult(string right, string service, string type) => (right, service) switch
    {
        ("none", _) => HttpStatusCode.NotFound,
        ("read", Wire.ReceivePack) => HttpStatusCode.Forbidden,
        _ => type == $"application/x-{service}-request" ? HttpStatusCode.OK : HttpStatusCode.UnsupportedMediaType,
    };

    private async Task<HttpStatusCode> PostAsync(string url, string type, AuthenticationHeaderValue login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new ByteArrayContent(Wire.Flush) };
        if (type.Length > 0) request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = login;
        using var reply = await shared.Admin.Client.SendAsync(request);
        return reply.StatusCode;
    }
}
