using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

/// <summary>Clone, fetch and ls-remote over SSH in every protocol version.</summary>
public sealed class FetchTests(SharedServer shared)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Clone_ThenFetchAndShallow_InEveryVersion_IsTheRepository(int version)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync(commits: 5);
        await work.RunAsync("tag", "-a", "-m", "one", "v1");
        await work.RunAsync("push", "-q", "origin", "v1");
        var git = ssh.Git.With("GIT_TRACE_PACKET", "1");
        var protocol = $"protocol.version={version}";

        var clone = await git.TryAsync("-c", protocol, "clone", "-q", ssh.Url, "copy");
        Assert.True(clone.ExitCode == 0, clone.Error);
        Assert.Equal(version == 2, clone.Error.Contains("clone< version 2", StringComparison.Ordinal));
        Assert.Equal(version == 1, clone.Error.Contains("clone< version 1", StringComparison.Ordinal));
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD", "v1"), await ssh.Git.In("copy").RunAsync("rev-parse", "HEAD", "v1"));
        await ssh.Git.In("copy").RunAsync("fsck", "--strict");

        var next = await TestRepository.CommitAsync(work, "file1", "changed\n");
        await work.RunAsync("push", "-q", "origin", "main");
        await ssh.Git.In("copy").RunAsync("-c", protocol, "pull", "-q", "--ff-only");
        Assert.Equal(next, await ssh.Git.In("copy").RunAsync("rev-parse", "HEAD"));

        await ssh.Git.RunAsync("-c", protocol, "clone", "-q", "--depth=2", ssh.Url, "shallow");
        Assert.Equal("2", await ssh.Git.In("shallow").RunAsync("rev-list", "--count", "HEAD"));
        await ssh.Git.In("shallow").RunAsync("-c", protocol, "fetch", "-q", "--unshallow");
        Assert.Equal("6", await ssh.Git.In("shallow").RunAsync("rev-list", "--count", "HEAD"));
        Assert.Equal(await ssh.Repository.RefsAsync(), await ssh.Git.RunAsync("-c", protocol, "ls-remote", ssh.Url));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Fetch_OfUnrelatedHistories_NegotiatesInSeveralRounds(int version)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync(commits: 2);
        await ssh.Git.RunAsync("-c", $"protocol.version={version}", "clone", "-q", ssh.Url, "copy");
        var copy = ssh.Git.In("copy");

        // So many haves that git flushes them in rounds.
        var script = string.Concat(Enumerable.Range(1, 300).Select(static i =>
            $"commit refs/heads/local\ncommitter A <a@example.com> {1700000000 + i} +0000\ndata 1\nx\n" + (i == 1 ? "from refs/heads/main^0\n" : "")));
        await copy.FeedAsync(script, "fast-import", "--quiet");
        await copy.RunAsync("checkout", "-q", "local");
        var next = await TestRepository.CommitAsync(work, "file2", "changed\n");
        await work.RunAsync("push", "-q", "origin", "main");
        await copy.RunAsync("-c", $"protocol.version={version}", "fetch", "-q", "origin");
        Assert.Equal(next, await copy.RunAsync("rev-parse", "origin/main"));
        await copy.RunAsync("fsck", "--strict");
    }

    [Fact]
    public async Task Clone_ByTheShortForm_AndWithoutEnding_Works()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        await ssh.NewPushedWorkAsync();
        await ssh.Git.RunAsync("clone", "-q", $"git@127.0.0.1:{ssh.Repository.Path}", "short");
        await ssh.Git.RunAsync("clone", "-q", $"git@127.0.0.1:/{ssh.Repository.Project}/{ssh.Repository.Name}/", "slashes");
        await ssh.Git.RunAsync("clone", "-q", ssh.Url[..^".git".Length], "bare-name");
        Assert.Equal(await ssh.Git.In("short").RunAsync("rev-parse", "HEAD"), await ssh.Git.In("slashes").RunAsync("rev-parse", "HEAD"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Clone_OfAnEmptyRepository_IsEmpty(int version)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var result = await ssh.Git.TryAsync("-c", $"protocol.version={version}", "clone", ssh.Url, "copy");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("empty repository", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartialClone_FetchesBlobsWhenTheyAreWanted()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        await ssh.NewPushedWorkAsync(commits: 3);
        await ssh.Git.RunAsync("clone", "-q", "--filter=blob:none", "--no-checkout", ssh.Url, "partial");
        var partial = ssh.Git.In("partial");
        Assert.Contains("?", await partial.RunAsync("rev-list", "--objects", "--missing=print", "HEAD"), StringComparison.Ordinal);
        await partial.RunAsync("checkout", "-q", "main");
        Assert.Equal("content 3\n", await File.ReadAllTextAsync(Path.Combine(partial.Folder, "file3")));
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("zip")]
    [InlineData("tar.gz")]
    public async Task Archive_Remote_IsWhatGitMakesLocally(string format)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync(commits: 3);
        var remote = await ssh.Git.TryAsync("archive", "--remote=" + ssh.Url, "--format=" + format, "--prefix=x/", "main");
        Assert.True(remote.ExitCode == 0, remote.Error);
        var local = await work.TryAsync("archive", "--format=" + format, "--prefix=x/", "main");
        Assert.Equal(local.OutputBytes, remote.OutputBytes);
    }

    [Fact]
    public async Task Archive_OfWhatNoRefNames_IsRefused()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        foreach (var name in (string[])["nothing", await work.RunAsync("rev-parse", "HEAD")])
        {
            var refused = await ssh.Git.TryAsync("archive", "--remote=" + ssh.Url, name);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("no such ref", refused.Error, StringComparison.Ordinal);
        }
    }
}
