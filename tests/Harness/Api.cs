using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Granary.Tests.Harness;

/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; undefined when it is not JSON.</param>
/// <param name="Text">The body as it came.</param>
public sealed record ApiReply(HttpStatusCode Status, JsonElement Json, string Text);

/// <summary>The JSON API under <c>/api/v1</c> as one user, and plain HTTP requests with the same login.</summary>
public sealed class Api : IDisposable
{
    private readonly string _url;

    /// <param name="url">The server's, without a slash at its end.</param>
    /// <param name="user">Null: without a login.</param>
    /// <param name="secret">A password or a token; with a user "" it is sent as a bearer token.</param>
    public Api(string url, string? user = null, string? secret = null)
    {
        _url = url;
        Client = NewClient();
        Client.BaseAddress = new Uri(url + "/");
        Client.Timeout = TimeSpan.FromSeconds(60);
        Client.DefaultRequestHeaders.Authorization = user is null ? null : user.Length == 0 ? new("Bearer", secret) : Basic(user, secret!);
    }

    public HttpClient Client { get; }

    /// <summary>A client that follows no redirect and takes any certificate: those of tests are signed by nobody.</summary>
    public static HttpClient NewClient(int maxConnections = int.MaxValue) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = maxConnections,
#pragma warning disable CA5359 // On purpose, see above.
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    });

    public static AuthenticationHeaderValue Basic(string user, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")));

    /// <summary>The same server with another login.</summary>
    public Api As(string user, string secret) => new(_url, user, secret);

    /// <summary>The same server without a login.</summary>
    public Api Anonymous() => new(_url);

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">What follows <c>/api/v1/</c>.</param>
    /// <param name="body">Sent as JSON.</param>
    public async Task<ApiReply> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative));
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var json = answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonDocument.Parse(text).RootElement : default;
        return new ApiReply(answer.StatusCode, json, text);
    }

    public Task<JsonElement> GetAsync(string path) => RequireAsync(HttpMethod.Get, path);

    public Task<JsonElement> PostAsync(string path, object body) => RequireAsync(HttpMethod.Post, path, body);

    public Task<JsonElement> PutAsync(string path, object body) => RequireAsync(HttpMethod.Put, path, body);

    public Task<JsonElement> PatchAsync(string path, object body) => RequireAsync(HttpMethod.Patch, path, body);

    public Task<JsonElement> DeleteAsync(string path) => RequireAsync(HttpMethod.Delete, path);

    public Task CreateUserAsync(string name, string password) => PostAsync("users", new { name, password });

    public Task CreateProjectAsync(string key, bool @public = false) =>
        PostAsync("projects", new Dictionary<string, object> { ["key"] = key, ["public"] = @public });

    public Task CreateRepositoryAsync(string project, string name) => PostAsync($"projects/{project}/repositories", new { name });

    /// <param name="project">The project's key.</param>
    /// <param name="user">The user's name.</param>
    /// <param name="role"><c>viewer</c>, <c>member</c> or <c>admin</c>.</param>
    public Task SetMemberAsync(string project, string user, string role) => PostAsync($"projects/{project}/members", new { user, role });

    /// <summary>Makes an access token: its text, and the id by which it is revoked.</summary>
    public async Task<(string Token, string Id)> CreateTokenAsync(string user, string scope, DateTimeOffset? expiresAt = null)
    {
        var answer = await PostAsync(
            $"users/{user}/tokens", expiresAt is null ? new { scope } : new { scope, expiresAt = expiresAt.Value.UtcDateTime.ToString("O") });
        return (answer.GetProperty("token").GetString()!, answer.GetProperty("info").GetProperty("tokenId").GetString()!);
    }

    public void Dispose() => Client.Dispose();

    private async Task<JsonElement> RequireAsync(HttpMethod method, string path, object? body = null)
    {
        var reply = await SendAsync(method, path, body);
        return reply.Status == HttpStatusCode.OK
            ? reply.Json
            : throw new InvalidOperationException($"{method} {path} was answered {(int)reply.Status}: {reply.Text}");
    }
}
