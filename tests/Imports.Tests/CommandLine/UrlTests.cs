using System.Net;
using System.Net.Sockets;
using Granary.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Granary.Imports.Tests.CommandLine;

/// <summary>The server clones by itself: from git's own server, and never from where it may not connect to.</summary>
public sealed class UrlTests(ImportServer imports) : ImportTest(imports)
{
    private GitHttpServer _host = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await GitHttpServer.StartAsync(Folder.Path);
    }

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Import_FromGitHttpBackend_HasAllRefsAndTheDefaultBranch()
    {
        var source = await NewSourceAsync();
        await source.RunAsync("update-ref", "refs/heads/日本語", "main");
        RequireDone(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/source/.git"));
        await RequireSameAsync(source, "cloned");
    }

    [Fact]
    public async Task Import_ReviewsOfTheOtherHost_AreNotFetched()
    {
        var source = await NewSourceAsync();
        var main = await source.RunAsync("rev-parse", "main");
        await source.RunAsync("commit", "-q", "--allow-empty", "-m", "Of a review");
        var review = await source.RunAsync("rev-parse", "HEAD");
        await source.RunAsync("update-ref", "refs/pull/1/head", "HEAD");
        await source.RunAsync("reset", "-q", "--hard", main);
        var result = await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/source/.git");
        RequireDone(result);
        Assert.Contains("not taken over: refs/pull: ", result.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Git.In(await Server.FolderOfAsync(Project, "cloned")).TryAsync("cat-file", "-e", review)).ExitCode);
    }

    [Fact]
    public async Task Import_EmptyRepository_KeepsTheDefaultBranch()
    {
        await Git.RunAsync("init", "-q", "--bare", "-b", "develop", "empty.git");
        RequireDone(await Cli.ImportAsync($"{Project}/empty", $"{_host.Url}/empty.git"));
        await RequireSameAsync(Git.In("empty.git"), "empty", head: "develop");
    }

    [Fact]
    public async Task Import_AsJson_AnswersWhenItIsDone()
    {
        var source = await NewSourceAsync();
        var import = await Server.Admin.PostAsync($"projects/{Project}/repositories/cloned/import", new { url = $"{_host.Url}/source/.git" });
        Assert.Equal(5, import.GetProperty("refs").GetInt32());
        Assert.Equal("trunk", import.GetProperty("repository").GetProperty("defaultBranch").GetString());
        await RequireSameAsync(source, "cloned");
    }

    [Fact]
    public async Task Import_SourceWithLogin_NeedsTheRightOne()
    {
        var source = await NewSourceAsync();
        _host.Before = static context =>
        {
            if (context.Request.Headers.Authorization == Api.Basic("bob", "the source's secret").ToString()) return false;
            context.Response.StatusCode = 401;
            return true;
        };
        var url = $"{_host.Url}/source/.git";
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", url), "login");
        await RequireNothingLeftAsync("cloned");
        await File.WriteAllTextAsync(Folder["secret"], "the source's secret\n");
        RequireDone(await Cli.ImportAsync($"{Project}/cloned", url, "--source-user", "bob", "--source-password-file", Folder["secret"]));
        await RequireSameAsync(source, "cloned");
        Assert.DoesNotContain("the source's secret", Server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("2130706434")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.2]")]
    public async Task Import_AddressThatIsNotAllowed_IsNotConnectedTo(string host)
    {
        using var trap = new Trap();
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"http://{host}:{trap.Port}/x"), "private, loopback or reserved");
        Assert.False(trap.WasVisited);
        await RequireNothingLeftAsync("cloned");
    }

    [Fact]
    public async Task Import_RefusedAddress_IsInTheLog()
    {
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", "http://169.254.169.254/latest/meta-data"), "private, loopback or reserved");
        Assert.Contains("No connection to 169.254.169.254 was made", Server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_RedirectToAddressThatIsNotAllowed_IsNotConnectedTo()
    {
        using var trap = new Trap();
        _host.Before = context => Redirect(context, $"http://127.0.0.2:{trap.Port}/source/.git/info/refs?service=git-upload-pack");
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/source/.git"), "private, loopback or reserved");
        Assert.False(trap.WasVisited);
    }

    [Fact]
    public async Task Import_RedirectToTheSameRepositoryElsewhere_IsFollowed()
    {
        var source = await NewSourceAsync();
        _host.Before = static context => context.Request.Path.StartsWithSegments("/old")
            && Redirect(context, "/source/.git/info/refs" + context.Request.QueryString);
        RequireDone(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/old"));
        await RequireSameAsync(source, "cloned");
    }

    [Fact]
    public async Task Import_EndlessRedirects_AreRefused()
    {
        _host.Before = static context => Redirect(context, context.Request.Path + context.Request.QueryString);
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/x"), "redirects more than 5 times");
    }

    [Fact]
    public async Task Import_ServerWithoutVersion2_IsRefused()
    {
        await NewSourceAsync();
        _host.SpeaksVersion2 = false;
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/source/.git"), "version 2");
    }

    [Fact]
    public async Task Import_NoRepositoryThere_IsSaid()
    {
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/nothing"), "no repository at that address");
        await RequireNothingLeftAsync("cloned");
    }

    [Fact]
    public async Task Import_DumbServer_IsRefused()
    {
        _host.Before = static context =>
        {
            context.Response.ContentType = "text/plain";
            return true;
        };
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/x"), "smart HTTP");
    }

    [Fact]
    public async Task Import_ShallowOrSha256Source_IsRefused()
    {
        var source = await NewSourceAsync();
        await Git.RunAsync("clone", "-q", "--bare", "--depth=1", "file://" + source.Folder, "shallow.git");
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/shallow.git"), "shallow");
        await Git.RunAsync("init", "-q", "--bare", "--object-format=sha256", "other.git");
        RequireRefused(await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/other.git"), "SHA-256");
        await RequireNothingLeftAsync("cloned");
    }

    [Fact]
    public async Task Import_SourceThatBreaksOff_IsRefused()
    {
        await NewSourceAsync(commits: 30);
        _host.Before = static context =>
        {
            if (!context.Request.Path.Value!.EndsWith("git-upload-pack", StringComparison.Ordinal)) return false;
            context.Response.ContentType = "application/x-git-upload-pack-result";
            context.Response.Body.WriteAsync("000dpackfile\n0018\u0001PACK"u8.ToArray()).AsTask().GetAwaiter().GetResult();
            context.Abort();
            return true;
        };
        var result = await Cli.ImportAsync($"{Project}/cloned", $"{_host.Url}/source/.git");
        Assert.Equal(1, result.ExitCode);
        await RequireNothingLeftAsync("cloned");
    }

    private static bool Redirect(HttpContext context, string target)
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = target;
        return true;
    }

    /// <summary>Listens on every address of this machine, and knows whether anybody came.</summary>
    private sealed class Trap : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };

        public Trap()
        {
            _listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            _listener.Listen();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public bool WasVisited => _listener.Poll(0, SelectMode.SelectRead);

        public void Dispose() => _listener.Dispose();
    }
}
