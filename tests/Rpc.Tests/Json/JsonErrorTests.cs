using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Granary.Accounts;
using Granary.Frontends.Rpc.Tests.Fakes;
using Granary.Projects;

namespace Granary.Frontends.Rpc.Tests.Json;

/// <summary>What scripts are told when something is wrong.</summary>
public sealed class JsonErrorTests : IAsyncLifetime
{
    private RpcHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RpcHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("alice:wrong")]
    [InlineData("nobody:secret")]
    [InlineData(null)]
    public async Task Call_WithoutAGoodLogin_Is401WithARealm(string? login)
    {
        using var response = await _host.SendAsync(HttpMethod.Get, "/api/v1/users", login: login);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Basic realm=\"Granary\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(16, await CodeAsync(response));
    }

    [Fact]
    public async Task Call_WithTooManyFailedLogins_Is429WithATime()
    {
        using var response = await _host.SendAsync(HttpMethod.Get, "/api/v1/users", login: "many:secret");
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
        Assert.Contains("retryDelay", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithTheAddressOfTheClient_AsksTheAuthenticator()
    {
        using var response = await _host.SendAsync(HttpMethod.Get, "/api/v1/users", login: "alice:wrong");
        Assert.Equal(IPAddress.Loopback, _host.Logins.LastAddress);
    }

    [Fact]
    public async Task Call_WithABearerToken_IsThatUser()
    {
        _host.Set("alice", FakeGrain.Of<IUserGrain>("GetInfo", _ => Task.FromResult<UserInfo?>(Samples.User("alice"))));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/user");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "alice-token");
        using var response = await _host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task CreateUser_WithoutLogin_CostsNoKeyDerivation()
    {
        using var response = await _host.SendAsync(HttpMethod.Post, "/api/v1/users", new { name = "eve", password = "long enough" }, null);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(0, _host.Logins.Hashed);
    }

    [Fact]
    public async Task GetProject_Anonymous_DoesNotTellMissingFromPrivate()
    {
        _host.Set("missing", Refusing(RefusalKind.NotFound, "There is no project."));
        _host.Set("private", Refusing(RefusalKind.PermissionDenied, "It is private."));
        using var missing = await _host.SendAsync(HttpMethod.Get, "/api/v1/projects/missing", login: null);
        using var forbidden = await _host.SendAsync(HttpMethod.Get, "/api/v1/projects/private", login: null);
        Assert.Equal(HttpStatusCode.Unauthorized, missing.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, forbidden.StatusCode);
        Assert.Equal(await MessageAsync(missing), await MessageAsync(forbidden));
    }

    [Theory]
    [InlineData(RefusalKind.NotFound, HttpStatusCode.NotFound)]
    [InlineData(RefusalKind.PermissionDenied, HttpStatusCode.Forbidden)]
    [InlineData(RefusalKind.AlreadyExists, HttpStatusCode.Conflict)]
    [InlineData(RefusalKind.FailedPrecondition, HttpStatusCode.BadRequest)]
    [InlineData(RefusalKind.Unavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task Refusal_HasItsHttpStatusAndSentence(RefusalKind kind, HttpStatusCode status)
    {
        _host.Set("demo", Refusing(kind, "Not now."));
        using var response = await _host.SendAsync(HttpMethod.Get, "/api/v1/projects/DEMO");
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("Not now.", await MessageAsync(response));
    }

    [Fact]
    public async Task AddKey_WithAPrivateKey_Is400AndSaysWhy()
    {
        using var response = await _host.SendAsync(
            HttpMethod.Post, "/api/v1/users/alice/keys", new { publicKey = "-----BEGIN OPENSSH PRIVATE KEY-----" });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("private key", await MessageAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_ShowsTheRequestIdOnly()
    {
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("GetInfo", _ => throw new InvalidOperationException("/secret/path")));
        using var response = await _host.SendAsync(HttpMethod.Get, "/api/v1/projects/DEMO");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var message = await MessageAsync(response);
        Assert.Contains("request id", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"key\":{}}")]
    [InlineData("{\"key\":\"\\ud800\"}")]
    [InlineData("{\"key\":\"a/b\"}")]
    [InlineData("{\"key\":\"..\"}")]
    [InlineData("{}")]
    public async Task Body_Malformed_Is400(string body)
    {
        using var response = await PostAsync("/api/v1/projects", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Body_TooLarge_IsRefused()
    {
        // The server answers without reading the body; the client must not be in the middle of sending it then.
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("Create", _ => Task.FromResult<Outcome<ProjectInfo>>(Samples.Project("DEMO"))));
        using var response = await PostAsync(
            "/api/v1/projects", $"{{\"key\":\"DEMO\",\"displayName\":\"{new string('x', 5_000_000)}\"}}", expectContinue: true);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body, bool expectContinue = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.ExpectContinue = expectContinue;
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("root:secret"u8));
        return await _host.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static IProjectGrain Refusing(RefusalKind kind, string message) => FakeGrain.Of<IProjectGrain>(
        "GetInfo", _ => Task.FromResult<Outcome<ProjectInfo>>(new Refusal(kind, message)));

    private static async Task<int> CodeAsync(HttpResponseMessage response) => (await JsonAsync(response)).GetProperty("code").GetInt32();

    private static async Task<string> MessageAsync(HttpResponseMessage response) =>
        (await JsonAsync(response)).GetProperty("message").GetString()!;

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
}
