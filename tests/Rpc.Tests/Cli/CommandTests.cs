using System.Text.Json;
using Granary.Accounts;
using Granary.Frontends.Rpc.Tests.Fakes;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.Rpc.Tests.Cli;

/// <summary>Commands against the real frontend over h2c.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private RpcHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RpcHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task UserCreate_ReadsThePassword_WithoutItsLineEnd()
    {
        _host.Set("alice", FakeGrain.Of<IUserGrain>("Create", args => Task.FromResult<Outcome<UserInfo>>(Samples.User("alice"))));
        var run = await RunAsync("user create alice --password-file -", "root:secret", input: "long enough\n");
        Assert.Equal((0, "User 'alice' was made.\n"), (run.Status, run.Out));
        Assert.Equal(1, _host.Logins.Hashed);
    }

    [Fact]
    public async Task UserCreate_WithShortPassword_Is1WithTheServersSentence()
    {
        var run = await RunAsync("user create alice --password-file -", "root:secret", input: "short12\n");
        Assert.Equal((1, "granary: A password needs at least 8 characters.\n"), (run.Status, run.Error));
    }

    [Fact]
    public async Task GlobalPasswordFile_BeforeTheCommand_IsOfTheLogin()
    {
        _host.Set("bob", FakeGrain.Of<IUserGrain>("Create", _ => Task.FromResult<Outcome<UserInfo>>(Samples.User("bob"))));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "secret\n", TestContext.Current.CancellationToken);
            var run = await CliRun.Async(
                ["--server", _host.GrpcAddress, "--user", "root", "--password-file", file, "user", "create", "bob", "--password-file", "-"],
                input: "long enough");
            Assert.Equal((0, ""), (run.Status, run.Error));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task RepoActivity_OverSeveralPages_IsOneTable()
    {
        var id = RepositoryId.New();
        _host.Set(id.Value.ToString(), FakeGrain.Of<IRepositoryGrain>("GetPolicy", _ => Task.FromResult(
            new RepositoryPolicy([], [], new LimitOverrides(), new RepositoryLimits(1, 1, 1), 0))));
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("ResolveRepository", _ => new ValueTask<RepositoryAccess?>(
            new RepositoryAccess(
                id, ProjectKey.Parse("DEMO"), RepositoryName.Parse("hello"), AccessLevel.Read, IsPublic: false, MayManage: false))));
        _host.Activity.Count = 150;
        var run = await RunAsync("repo activity DEMO/hello --limit 120", "alice:secret");
        var lines = run.Out.TrimEnd().Split('\n');
        Assert.Equal((0, 121), (run.Status, lines.Length));
        Assert.StartsWith("150", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("31 ", lines[^1], StringComparison.Ordinal);
        Assert.Contains("refs/heads/main created at aaaaaaaaaa", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepoActivity_BadRef_Is1()
    {
        var run = await RunAsync("repo activity DEMO/hello --ref main", "alice:secret");
        Assert.Equal(1, run.Status);
        Assert.Contains("full ref name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_Wrong_Is1()
    {
        var run = await RunAsync("user list", "alice:wrong");
        Assert.Equal(1, run.Status);
        Assert.Contains("login failed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenCreate_PrintsTheTokenAlone()
    {
        NewAccessToken? made = null;
        _host.Set("alice", FakeGrain.Of<IUserGrain>("AddToken", args =>
        {
            made = (NewAccessToken)args[1]!;
            return Task.FromResult<Outcome<AccessTokenInfo>>(
                new AccessTokenInfo(Guid.NewGuid(), made.Scope, Samples.Time, made.ExpiresAt, made.Description));
        }));
        var run = await CliRun.Async(
            ["token", "create", "alice", "--scope", "write", "--expires", "30d", "--description", "for CI"],
            new() { ["GRANARY_SERVER"] = _host.GrpcAddress, ["GRANARY_TOKEN"] = "alice-token" });
        Assert.Equal(0, run.Status);
        Assert.Equal(made!.Hash, AccessToken.Hash(run.Out.TrimEnd('\n')));
        Assert.InRange(made.ExpiresAt!.Value - DateTimeOffset.UtcNow, TimeSpan.FromDays(29), TimeSpan.FromDays(30));
    }

    [Fact]
    public async Task DeployKeyAdd_ReadsTheFile_AndPushesOnlyWithWrite()
    {
        var writes = new List<bool>();
        _host.Set("demo", FakeGrain.Of<IProjectGrain>(
            ("ResolveRepository", _ => new ValueTask<RepositoryAccess?>(Samples.Access)),
            ("AddDeployKey", args =>
            {
                writes.Add((bool)args[4]!);
                return Task.FromResult<Outcome<DeployKeyInfo>>(new DeployKeyInfo(
                    Guid.NewGuid(), (SshPublicKey)args[2]!, (string)args[3]!, (bool)args[4]!, Samples.Time, null));
            }
        )));
        var first = await RunAsync("deploy-key add DEMO/hello -", "alice:secret", input: Samples.Ed25519Line + "\n");
        Assert.Equal((0, "Deploy key SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU of 'DEMO/hello' may fetch.\n"), (first.Status, first.Out));
        var second = await RunAsync("deploy-key add DEMO/hello - --write", "alice:secret", input: Samples.Ed25519Line + "\n");
        Assert.Contains("may fetch and push", second.Out, StringComparison.Ordinal);
        Assert.Equal([false, true], writes);
    }

    [Fact]
    public async Task SshConnections_AreSummedByAddress()
    {
        var peer = System.Net.IPAddress.Parse("192.0.2.1");
        var now = DateTimeOffset.UtcNow;
        _host.Connections.Add(new(new(peer, 1), "handshake", null, now.AddHours(-2), 10, 20, 0));
        _host.Connections.Add(new(new(peer, 2), "authenticated", "alice", now, 5, 5, 1));
        _host.Connections.Add(new(new(System.Net.IPAddress.Loopback, 3), "handshake", null, now, 0, 0, 0));
        var run = await RunAsync("ssh connections", "root:secret");
        Assert.Equal((0, ""), (run.Status, run.Error));
        var lines = run.Out.Split('\n');
        Assert.Equal(["ADDRESS", "COUNT", "PHASES", "OLDEST", "RECEIVED", "SENT"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(@"^192\.0\.2\.1 +2 +1 handshake, 1 authenticated +0\.02:00:\d\d +15 +25$", lines[1]);
        Assert.StartsWith("127.0.0.1", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("ssh connections --each", "root:secret")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task ProjectList_AsJson_IsAnArrayOfAllPages()
    {
        _host.Set(IDirectoryGrain.Projects, FakeGrain.Of<IDirectoryGrain>("List", args => Task.FromResult(
            ((PageRequest)args[0]!).After is null ? new Page<string>(["A"], "a") : new Page<string>(["B"], null))));
        foreach (var key in (string[])["A", "B"])
        {
            _host.Set(key.ToLowerInvariant(), FakeGrain.Of<IProjectGrain>(
                "GetInfo", _ => Task.FromResult<Outcome<ProjectInfo>>(Samples.Project(key))));
        }

        var run = await RunAsync("project list --json", "alice:secret");
        var keys = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Select(project => project.GetProperty("key").GetString());
        Assert.Equal(["A", "B"], keys);
    }

    [Fact]
    public async Task RepoList_WithControlCharactersFromTheServer_IsCleaned()
    {
        var info = Samples.Repository("hello") with { Description = "\u001b]0;owned\u0007" };
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("ListRepositories", _ =>
            Task.FromResult<Outcome<Page<RepositoryInfo>>>(new Page<RepositoryInfo>([info], null))));
        var run = await RunAsync("repo list DEMO", "alice:secret");
        Assert.Equal(0, run.Status);
        Assert.Contains("?]0;owned?", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task RepoRestore_ByName_TakesTheLastDeleted()
    {
        var older = Samples.Repository("hello") with { DeletedAt = Samples.Time };
        var newer = Samples.Repository("hello") with { DeletedAt = Samples.Time.AddDays(1) };
        RepositoryId? restored = null;
        Task<Outcome<RepositoryInfo>> Restore(object?[] args)
        {
            restored = (RepositoryId)args[1]!;
            return Task.FromResult<Outcome<RepositoryInfo>>(newer with { DeletedAt = null });
        }

        _host.Set("demo", FakeGrain.Of<IProjectGrain>(
            ("ListRepositories", args => Task.FromResult<Outcome<Page<RepositoryInfo>>>(
                (bool)args[2]! ? new Page<RepositoryInfo>([newer, older], null) : new Page<RepositoryInfo>([], null))),
            ("RestoreRepository", Restore)));
        var run = await RunAsync("repo restore DEMO/hello", "alice:secret");
        Assert.Equal((0, newer.Id), (run.Status, restored));
    }

    private Task<CliRun> RunAsync(string line, string login, string input = "")
    {
        var (user, password) = (login.Split(':')[0], login.Split(':')[1]);
        return CliRun.Async(
            line.Split(' '),
            new() { ["GRANARY_SERVER"] = _host.GrpcAddress, ["GRANARY_USER"] = user, ["GRANARY_PASSWORD"] = password },
            input);
    }
}
