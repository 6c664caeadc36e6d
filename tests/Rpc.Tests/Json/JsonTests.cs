using System.Net;
using System.Text.Json;
using Granary.Accounts;
using Granary.Frontends.Rpc.Tests.Fakes;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Tests.Json;

/// <summary>The JSON face as scripts see it, through Kestrel.</summary>
public sealed class JsonTests : IAsyncLifetime
{
    private RpcHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RpcHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task CreateUser_HashesThePassword_AndAnswersTheUser()
    {
        NewUser? made = null;
        _host.Set("alice", FakeGrain.Of<IUserGrain>("Create", args =>
        {
            made = (NewUser)args[1]!;
            return Task.FromResult<Outcome<UserInfo>>(Samples.User("alice", "a@example"));
        }));
        var json = await OkAsync(HttpMethod.Post, "/api/v1/users", new { name = "alice", password = "long enough", email = "a@example" });
        Assert.Equal(("fake", "a@example"), (made!.Password!.Algorithm, made.Email));
        Assert.Equal("alice", json.GetProperty("name").GetString());
        Assert.Equal("2026-01-02T03:04:05Z", json.GetProperty("createdAt").GetString());
        Assert.False(json.GetProperty("administrator").GetBoolean());
    }

    [Fact]
    public async Task SetMember_ByPutAndPost_TakesLowerCaseRoles()
    {
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("SetMember", args => Task.FromResult<Outcome<ProjectMember>>(
            new ProjectMember((UserName)args[1]!, Guid.NewGuid(), (ProjectRole)args[2]!))));
        var put = await OkAsync(HttpMethod.Put, "/api/v1/projects/DEMO/members/alice", new { role = "member" });
        var post = await OkAsync(HttpMethod.Post, "/api/v1/projects/DEMO/members", new { user = "alice", role = "viewer" });
        Assert.Equal("member", put.GetProperty("role").GetString());
        Assert.Equal("viewer", post.GetProperty("role").GetString());
    }

    [Fact]
    public async Task AddKey_ReadsTheLine_AndAnswersTheFingerprint()
    {
        _host.Set("alice", FakeGrain.Of<IUserGrain>("AddKey", args => Task.FromResult<Outcome<SshKeyInfo>>(
            new SshKeyInfo((SshPublicKey)args[1]!, (string)args[2]!, Samples.Time))));
        var json = await OkAsync(HttpMethod.Post, "/api/v1/users/alice/keys", new { publicKey = Samples.Ed25519Line });
        Assert.Equal("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", json.GetProperty("fingerprint").GetString());
        Assert.Equal("alice@example", json.GetProperty("title").GetString());
        Assert.Equal(Samples.Ed25519Line, json.GetProperty("publicKey").GetString());
    }

    [Fact]
    public async Task RemoveKey_WithSlashesInTheFingerprint_ReachesTheGrainAsItIs()
    {
        var removed = new List<string>();
        _host.Set("alice", FakeGrain.Of<IUserGrain>("RemoveKey", args =>
        {
            removed.Add((string)args[1]!);
            return Task.FromResult(Outcome.Done);
        }));
        await OkAsync(HttpMethod.Delete, "/api/v1/users/alice/keys/SHA256:a/b+c");
        await OkAsync(HttpMethod.Delete, "/api/v1/users/alice/keys/SHA256%3Aa%2Fb%2Bc");
        Assert.Equal(["SHA256:a/b+c", "SHA256:a/b+c"], removed);
    }

    [Fact]
    public async Task DeployKeys_AreAddedListedAndRemovedBelowTheRepository()
    {
        DeployKeyInfo? made = null;
        var removed = new List<string>();
        _host.Set("demo", FakeGrain.Of<IProjectGrain>(
            ("ResolveRepository", _ => new ValueTask<RepositoryAccess?>(Samples.Access)),
            ("AddDeployKey", args => Task.FromResult<Outcome<DeployKeyInfo>>(made = new DeployKeyInfo(
                Guid.NewGuid(), (SshPublicKey)args[2]!, (string)args[3]!, (bool)args[4]!, Samples.Time, UserName.Parse("root")))),
            ("ListDeployKeys", _ => Task.FromResult<Outcome<Page<DeployKeyInfo>>>(new Page<DeployKeyInfo>([made!], null))),
            ("RemoveDeployKey", args =>
            {
                removed.Add((string)args[2]!);
                return Task.FromResult(Outcome.Done);
            }
        )));
        const string Path = "/api/v1/projects/DEMO/repositories/hello/deploy-keys";
        var json = await OkAsync(HttpMethod.Post, Path, new { publicKey = Samples.Ed25519Line, title = "ci", canWrite = true });
        Assert.Equal("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", json.GetProperty("fingerprint").GetString());
        Assert.Equal(("ci", true, "root"), (json.GetProperty("title").GetString(), json.GetProperty("canWrite").GetBoolean(), json.GetProperty("addedBy").GetString()));
        Assert.Single((await OkAsync(HttpMethod.Get, Path)).GetProperty("keys").EnumerateArray());
        await OkAsync(HttpMethod.Delete, Path + "/SHA256%3Aa%2Fb%2Bc");
        Assert.Equal(["SHA256:a/b+c"], removed);
    }

    [Fact]
    public async Task SshConnections_AreForAdministrators()
    {
        _host.Connections.Add(new(new IPEndPoint(IPAddress.Loopback, 1234), "authenticated", "alice", Samples.Time, 10, 20, 1));
        var json = await OkAsync(HttpMethod.Get, "/api/v1/server/ssh-connections");
        var connection = Assert.Single(json.GetProperty("connections").EnumerateArray());
        Assert.Equal(("127.0.0.1", "authenticated"), (connection.GetProperty("address").GetString(), connection.GetProperty("phase").GetString()));
        var refused = await _host.SendAsync(HttpMethod.Get, "/api/v1/server/ssh-connections", login: "alice:secret");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task CreateToken_AnswersItsText_AndGivesTheGrainTheHash()
    {
        NewAccessToken? made = null;
        _host.Set("alice", FakeGrain.Of<IUserGrain>("AddToken", args =>
        {
            made = (NewAccessToken)args[1]!;
            return Task.FromResult<Outcome<AccessTokenInfo>>(
                new AccessTokenInfo(Guid.NewGuid(), made.Scope, Samples.Time, made.ExpiresAt, made.Description));
        }));
        var json = await OkAsync(HttpMethod.Post, "/api/v1/users/alice/tokens", new { scope = "write", expiresAt = "2030-01-01T00:00:00Z" });
        Assert.Equal(made!.Hash, AccessToken.Hash(json.GetProperty("token").GetString()!));
        Assert.Equal("write", json.GetProperty("info").GetProperty("scope").GetString());
        Assert.Equal(2030, made.ExpiresAt!.Value.Year);
    }

    [Fact]
    public async Task ListProjects_LeavesOutTheInvisible_AndPages()
    {
        _host.Set(IDirectoryGrain.Projects, FakeGrain.Of<IDirectoryGrain>("List", args => Task.FromResult(
            ((PageRequest)args[0]!).After is null
                ? new Page<string>(["A", "B"], "b")
                : new Page<string>(["C"], null))));
        foreach (var key in (string[])["A", "C"])
        {
            _host.Set(key.ToLowerInvariant(), FakeGrain.Of<IProjectGrain>(
                "GetInfo", _ => Task.FromResult<Outcome<ProjectInfo>>(Samples.Project(key))));
        }

        _host.Set("b", FakeGrain.Of<IProjectGrain>(
            "GetInfo", _ => Task.FromResult<Outcome<ProjectInfo>>(new Refusal(RefusalKind.NotFound, "No."))));
        var first = await OkAsync(HttpMethod.Get, "/api/v1/projects?pageSize=2", login: null);
        Assert.Equal("A", Assert.Single(first.GetProperty("projects").EnumerateArray()).GetProperty("key").GetString());
        var token = first.GetProperty("nextPageToken").GetString();
        var second = await OkAsync(HttpMethod.Get, "/api/v1/projects?pageSize=2&pageToken=" + token, login: null);
        Assert.Equal("C", Assert.Single(second.GetProperty("projects").EnumerateArray()).GetProperty("key").GetString());
        Assert.Equal("", second.GetProperty("nextPageToken").GetString());
    }

    [Fact]
    public async Task UpdateRepository_NeedsAdministrationOfTheProject_AndLeavesWhatIsNotGiven()
    {
        var info = Samples.Repository("hello");
        var level = AccessLevel.Write;
        RepositoryChanges? changes = null;
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("ResolveRepository", _ => new ValueTask<RepositoryAccess?>(
            new RepositoryAccess(info.Id, info.Project, info.Name, level, false, level == AccessLevel.Admin))));
        _host.Set(info.Id.Value.ToString(), FakeGrain.Of<IRepositoryGrain>("Update", args =>
        {
            changes = (RepositoryChanges)args[0]!;
            return Task.FromResult<Outcome<RepositoryInfo>>(info);
        }));
        var refused = await _host.SendAsync(HttpMethod.Patch, "/api/v1/projects/DEMO/repositories/hello", new { archived = true });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Null(changes);
        level = AccessLevel.Admin;
        await OkAsync(HttpMethod.Patch, "/api/v1/projects/DEMO/repositories/hello", new { archived = true });
        Assert.Equal(new RepositoryChanges(IsArchived: true), changes);
    }

    [Fact]
    public async Task GetUser_ShowsTheMail_OnlyToTheUserAndAdministrators()
    {
        _host.Set("alice", FakeGrain.Of<IUserGrain>("GetInfo", _ => Task.FromResult<UserInfo?>(Samples.User("alice", "a@example"))));
        _host.Set("bob", FakeGrain.Of<IUserGrain>("GetInfo", _ => Task.FromResult<UserInfo?>(Samples.User("bob", "b@example"))));
        Assert.Equal("a@example", await MailAsync("/api/v1/user", "alice:secret"));
        Assert.Equal("", await MailAsync("/api/v1/users/bob", "alice:secret"));
        Assert.Equal("b@example", await MailAsync("/api/v1/users/bob", "root:secret"));

        async Task<string?> MailAsync(string path, string login) =>
            (await OkAsync(HttpMethod.Get, path, login: login)).GetProperty("email").GetString();
    }

    private async Task<JsonElement> OkAsync(HttpMethod method, string path, object? json = null, string? login = "root:secret")
    {
        using var response = await _host.SendAsync(method, path, json, login);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }
}
