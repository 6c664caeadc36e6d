using System.Security.Cryptography;
using Granary.Tests.Harness;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>
/// libgit2 with libssh2, by pygit2: it has git's protocol and SSH's of its own. (The other binding here, LibGit2Sharp, comes
/// without SSH.) No archives, and in this version no shallow clones.
/// </summary>
public sealed class LibGit2Tests(InteropServer server) : IAsyncLifetime
{
    private const int Large = 100_000_000;

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        await Run.NeedAsync(PythonLibrary.Python, "-W", "ignore", "-c", "import pygit2, sys; sys.exit(not pygit2.features & pygit2.GIT_FEATURE_SSH)");

        // Where libgit2 looks for the keys of hosts.
        File.Copy(server.KnownHosts, Path.Combine(Directory.CreateDirectory(_folder[".ssh"]).FullName, "known_hosts"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-sha2-nistp384")]
    [InlineData("ecdsa-sha2-nistp521")]
    public async Task List_WithEachKindOfKey_IsTheRefs(string key)
    {
        var listed = await RunAsync(key, "list", server.UrlOf(InteropServer.SamplePath), _folder["empty"]);
        Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
        Assert.Contains($"{await server.Sample.RunAsync("rev-parse", "main")}\trefs/heads/main", listed.Output.Split('\n'));
    }

    /// <summary>libssh2 up to 1.10 signs with SHA-1, which is not taken; later ones log in.</summary>
    [Fact]
    public async Task List_WithAnRsaKey_WorksOrIsRefusedCleanly()
    {
        var listed = await RunAsync("rsa", "list", server.UrlOf(InteropServer.SamplePath), _folder["empty"]);
        if (listed.ExitCode == 0)
            Assert.Contains("refs/heads/main", listed.Output, StringComparison.Ordinal);
        else
            Assert.Matches("authenticate|refuses the key", listed.Error);
    }

    [Fact]
    public async Task Key_OfNobody_IsRefused()
    {
        var refused = await RunAsync("stranger", "list", server.UrlOf(InteropServer.SamplePath), _folder["empty"]);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Matches("authenticate|refuses the key", refused.Error);
    }

    [Fact]
    public async Task Repository_ThatIsNotThere_IsAnError()
    {
        var refused = await RunAsync("ssh-ed25519", "list", server.UrlOf("INTEROP/absent.git"), _folder["empty"]);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("There is no such repository, or you may not read it.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HundredMegabytes_BothWaysWithTheServersRekeys_AreUnchanged()
    {
        var before = await server.RekeysAsync();
        var url = server.UrlOf(await server.NewRepositoryAsync());
        var git = Git.Create(_folder.Path).With("GIT_CONFIG_COUNT", "1").With("GIT_CONFIG_KEY_0", "core.compression").With("GIT_CONFIG_VALUE_0", "0");
        await git.RunAsync("init", "-q", "work");
        await git.In("work").RunAsync("config", "core.compression", "0");
        await File.WriteAllBytesAsync(Path.Combine(_folder["work"], "data"), RandomNumberGenerator.GetBytes(Large));
        await git.In("work").RunAsync("add", "data");
        await git.In("work").RunAsync("commit", "-q", "-m", "Data");
        var pushed = await RunAsync("ssh-ed25519", "push", _folder["work"], url, "refs/heads/main:refs/heads/main");
        Assert.Equal((0, ""), (pushed.ExitCode, pushed.Error));
        var cloned = await RunAsync("ssh-ed25519", "clone", url, _folder["copy"]);
        Assert.Equal((0, ""), (cloned.ExitCode, cloned.Error));
        Assert.Equal(await HashAsync("work"), await HashAsync("copy"));
        Assert.InRange(await server.RekeysAsync() - before, 2 * Large / (4 << 20), long.MaxValue);
    }

    private Task<GitResult> RunAsync(string key, params string[] arguments) => Run.TryAsync(
        _folder.Path, PythonLibrary.Python, ["-W", "ignore", PythonLibrary.Script("libgit2.py"), server.Keys.For(key), .. arguments]);

    private async Task<string> HashAsync(string folder)
    {
        await using var stream = File.OpenRead(Path.Combine(_folder[folder], "data"));
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }
}
