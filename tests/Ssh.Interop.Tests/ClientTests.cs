using System.Security.Cryptography;
using Granary.Ssh.Interop.Tests.Algorithms;
using Granary.Ssh.Interop.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Ssh.Interop.Tests;

/// <summary>What every client must be able to do, with real git through it. The server asks each for new keys after each MiB.</summary>
public abstract class ClientTests(InteropServer server, InteropClient client) : IAsyncLifetime
{
    private const int Large = 100_000_000;

    private readonly TemporaryFolder _folder = new();

    private string SampleUrl => server.UrlOf(InteropServer.SamplePath);

    public async ValueTask InitializeAsync() => await client.NeedAsync();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task LsRemote_InEachVersion_ListsTheRefs()
    {
        var git = await GitAsync();
        var expected = await server.Sample.RunAsync("ls-remote", server.Sample.Folder, "refs/heads/*", "refs/tags/*");
        foreach (var version in client.Versions)
            Assert.Equal(expected, await git.RunAsync("-c", $"protocol.version={version}", "ls-remote", SampleUrl, "refs/heads/*", "refs/tags/*"));
    }

    [Fact]
    public async Task Clone_WholeAndShallow_AreTheRepository()
    {
        var git = await GitAsync();
        await git.RunAsync("clone", "-q", SampleUrl, "whole");
        Assert.Equal(await server.Sample.RunAsync("log", "--format=%H", "--all"), await git.In("whole").RunAsync("log", "--format=%H", "--all"));
        await git.In("whole").RunAsync("fsck", "--full", "--strict");
        await git.RunAsync("clone", "-q", "--depth=1", SampleUrl, "shallow");
        Assert.Equal(await server.Sample.RunAsync("rev-parse", "main"), await git.In("shallow").RunAsync("rev-list", "--all"));
        await git.In("shallow").RunAsync("fetch", "-q", "--unshallow");
        Assert.Equal("5", await git.In("shallow").RunAsync("rev-list", "--count", "main"));
    }

    [Fact]
    public async Task Archive_IsTheOneThatGitMakes()
    {
        var git = await GitAsync();
        await git.RunAsync("archive", "--remote=" + SampleUrl, "--output=" + _folder["remote.tar"], "--prefix=x/", "main");
        await server.Sample.RunAsync("archive", "--output=" + _folder["local.tar"], "--prefix=x/", "main");
        Assert.Equal(await HashAsync(_folder["local.tar"]), await HashAsync(_folder["remote.tar"]));
    }

    [Fact]
    public async Task Push_CreatesAdvancesAndDeletes()
    {
        var url = server.UrlOf(await server.NewRepositoryAsync());
        var work = await NewWorkAsync(await GitAsync(), 1000);
        await work.RunAsync("push", "-q", url, "main", "main:second");
        await work.RunAsync("commit", "-q", "--allow-empty", "-m", "more");
        await work.RunAsync("push", "-q", url, "main", ":second");
        Assert.Equal($"{await work.RunAsync("rev-parse", "main")}\trefs/heads/main", await work.RunAsync("ls-remote", url, "refs/heads/*"));
        var refused = await work.TryAsync("push", url, "main~1:main");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("[rejected]", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_OfNobody_IsRefused()
    {
        var refused = await (await GitAsync(key: server.Keys.Stranger)).TryAsync("ls-remote", SampleUrl);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal("", refused.Output);
        Assert.Contains("Could not read from remote repository", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_ThatIsNotThere_IsSaidSo()
    {
        var refused = await (await GitAsync()).TryAsync("ls-remote", server.UrlOf("INTEROP/absent.git"));
        Assert.Equal((128, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("ERROR: There is no such repository, or you may not read it.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_ThatIsNotGits_HasItsStatusAndReason()
    {
        var command = await client.CommandAsync(server, _folder.Path, server.Keys.For(null), Choice.Any);
        var port = $"{(client.Variant == "plink" ? "-P" : "-p")} {server.Server.SshPort}";
        var refused = await Run.TryAsync(_folder.Path, "sh", "-c", $"{command} {port} git@127.0.0.1 'git-frobnicate INTEROP/sample.git'");
        Assert.Equal((127, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("ERROR: ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HundredMegabytes_BothWaysWithTheServersRekeys_AreUnchanged()
    {
        var before = await server.RekeysAsync();
        await AssertRoundTripAsync(await GitAsync(), Large);
        // What a client sent ahead when new keys were due comes on top of each MiB, up to a window.
        Assert.InRange(await server.RekeysAsync() - before, 2 * Large / (4 << 20), long.MaxValue);
    }

    [Fact]
    public async Task Algorithms_EachPair_LogInAndFetch()
    {
        var expected = await server.Sample.RunAsync("ls-remote", server.Sample.Folder, "refs/heads/*");
        var rows = client.Offer.Pairs();
        Assert.NotEmpty(rows);
        var failed = new List<string>();
        foreach (var row in rows)
        {
            var git = await GitAsync(server.Keys.For(row.UserKey), row);
            var answer = await git.TryAsync("ls-remote", SampleUrl, "refs/heads/*");
            if (answer.Output != expected) failed.Add($"{row}: {answer.ExitCode}, {answer.Error}{answer.Output}");
        }

        Assert.True(failed.Count == 0, $"{failed.Count} of {rows.Count} failed:\n{string.Join('\n', failed.Take(5))}");
    }

    protected async Task<Git> GitAsync(string? key = null, Choice? choice = null, int? rekey = null)
    {
        var command = await client.CommandAsync(server, _folder.Path, key ?? server.Keys.For(null), choice ?? Choice.Any, rekey);
        return Git.Create(_folder.Path).With("GIT_SSH_COMMAND", command).With("GIT_SSH_VARIANT", client.Variant).With("GIT_CONFIG_COUNT", "2")
            .With("GIT_CONFIG_KEY_0", "core.compression").With("GIT_CONFIG_VALUE_0", "0")
            .With("GIT_CONFIG_KEY_1", "protocol.version").With("GIT_CONFIG_VALUE_1", $"{client.Versions[^1]}");
    }

    /// <summary>Random data there by a push and back by a clone.</summary>
    protected async Task AssertRoundTripAsync(Git git, int size)
    {
        var url = server.UrlOf(await server.NewRepositoryAsync());
        var work = await NewWorkAsync(git, size);
        await work.RunAsync("push", "-q", url, "main");
        var copy = work.Folder + "-copy";
        await git.RunAsync("clone", "-q", url, copy);
        Assert.Equal(await HashAsync(Path.Combine(work.Folder, "data")), await HashAsync(Path.Combine(copy, "data")));
        Directory.Delete(work.Folder, recursive: true);
        Directory.Delete(copy, recursive: true);
    }

    private async Task<Git> NewWorkAsync(Git git, int size)
    {
        var work = git.In("work-" + Guid.NewGuid().ToString("N"));
        await git.RunAsync("init", "-q", work.Folder);
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, "data"), RandomNumberGenerator.GetBytes(size));
        await work.RunAsync("add", "data");
        await work.RunAsync("commit", "-q", "-m", "Data");
        return work;
    }

    private static async Task<string> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }
}
