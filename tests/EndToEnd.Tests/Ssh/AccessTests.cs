using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

/// <summary>Who gets in, how far, and what the others read.</summary>
public sealed class AccessTests(SharedServer shared)
{
    private const string NotFound = "ERROR: There is no such repository, or you may not read it.\n";

    [Fact]
    public async Task Ssh_WithoutACommand_GreetsTheUserAndCloses()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var greeting = await ssh.Client.RunAsync([]);
        Assert.Equal(0, greeting.ExitCode);
        Assert.StartsWith($"Hi {ssh.User}!", greeting.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ls -la", 127)]
    [InlineData("git status", 127)]
    [InlineData("git-upload-pack 'x/y'; id", 127)]
    [InlineData("git-lfs-authenticate DEMO/hello.git download", 127)]
    [InlineData("git-upload-pack", 128)]
    public async Task Ssh_AnotherCommand_IsRefusedPolitely(string command, int status)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var refused = await ssh.Client.RunAsync([command]);
        Assert.Equal((status, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("ERROR: ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_UnknownKeyOrAnotherUserName_AreRefusedAlike()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var stranger = await (await ssh.NewClientAsync("stranger")).RunAsync([]);
        var otherName = await ssh.Client.RunAsync([], user: ssh.User);
        var both = await (await ssh.NewClientAsync("nobody")).RunAsync([], user: "root");
        foreach (var refused in (GitResult[])[stranger, otherName, both])
        {
            Assert.Equal(255, refused.ExitCode);
            Assert.Contains("Permission denied (publickey)", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Repository_AbsentOrPrivate_GetTheSameAnswer()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        using var secret = await shared.NewRepositoryAsync();
        foreach (var path in (string[])[secret.Path, $"{ssh.Repository.Project}/absent.git", "NOSUCH/thing.git", "~/thing.git", "a/b/c", "../../etc/passwd"])
        {
            foreach (var service in (string[])["git-upload-pack", "git-receive-pack", "git-upload-archive"])
            {
                var refused = await ssh.Client.RunAsync([$"{service} '{path}'"]);
                Assert.Equal((128, "", NotFound), (refused.ExitCode, refused.Output, refused.Error));
            }
        }
    }

    [Fact]
    public async Task Push_ByAViewer_IsRefusedAndFetchIsNot()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        await shared.Admin.SetMemberAsync(ssh.Repository.Project, ssh.User, "viewer");
        await TestRepository.CommitAsync(work, "more", "more\n");
        var refused = await work.TryAsync("push", "origin", "main");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("ERROR: You may read this repository but not push to it.", refused.Error, StringComparison.Ordinal);
        await work.RunAsync("fetch", "-q", "origin");
    }

    [Fact]
    public async Task PublicRepository_ByAUserWithoutARole_CanBeFetched()
    {
        using var member = await SshRepository.CreateAsync(shared, isPublic: true);
        await member.NewPushedWorkAsync();
        using var stranger = await SshRepository.CreateAsync(shared);
        await stranger.Git.RunAsync("clone", "-q", stranger.UrlOf(member.Repository.Path), "copy");
        var refused = await stranger.Git.In("copy").TryAsync("push", "origin", "main:other");
        Assert.Contains("not push to it", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rename_OldName_WorksWithAHint()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        await shared.Admin.PostAsync($"projects/{ssh.Repository.Project}/repositories/{ssh.Repository.Name}/rename", new { newName = "renamed" });
        var fetched = await work.TryAsync("fetch", "origin");
        Assert.Equal(0, fetched.ExitCode);
        Assert.Contains($"{ssh.Repository.Project}/renamed", fetched.Error, StringComparison.Ordinal);
        await TestRepository.CommitAsync(work, "more", "more\n");
        await work.RunAsync("push", "-q", "origin", "main");
    }

    [Fact]
    public async Task DeployKey_ReadOnly_FetchesItsRepositoryAndNothingElse()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        using var open = await SshRepository.CreateAsync(shared, isPublic: true);
        var machine = await ssh.NewClientAsync("machine");
        await ssh.AddDeployKeyAsync(machine, canWrite: false);
        var git = ssh.Git.With("GIT_SSH_COMMAND", machine.Command);

        await git.RunAsync("clone", "-q", ssh.Url, "copy");
        var push = await git.In("copy").TryAsync("push", "origin", "main:other");
        Assert.Contains("ERROR: You may read this repository but not push to it.", push.Error, StringComparison.Ordinal);
        var other = await git.TryAsync("ls-remote", ssh.UrlOf(open.Repository.Path));
        Assert.Contains(NotFound.Trim(), other.Error, StringComparison.Ordinal);
        Assert.Contains("deploy key", (await machine.RunAsync([])).Output, StringComparison.Ordinal);
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await git.In("copy").RunAsync("rev-parse", "HEAD"));
    }

    [Fact]
    public async Task DeployKey_ReadWrite_PushesAndIsNamedInTheJournal()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        var machine = await ssh.NewClientAsync("machine");
        var fingerprint = (await ssh.AddDeployKeyAsync(machine, canWrite: true)).GetProperty("fingerprint").GetString()!;
        await work.With("GIT_SSH_COMMAND", machine.Command).RunAsync("push", "-q", "origin", "main:by-machine");
        var journal = Directory.GetFiles(Path.Combine(await ssh.Repository.FolderAsync(), "granary", "journal")).Single();
        var line = Assert.Single(await File.ReadAllLinesAsync(journal), static l => l.Contains("by-machine", StringComparison.Ordinal));
        using var record = System.Text.Json.JsonDocument.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(fingerprint, record.RootElement.GetProperty("deployKey").GetString());
        Assert.Equal("ssh", record.RootElement.GetProperty("protocol").GetString());
        Assert.False(record.RootElement.TryGetProperty("user", out _));
    }

    [Fact]
    public async Task Key_RemovedWhileAConnectionIsOpen_IsRefusedFromTheNextCommandOn()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        await ssh.NewPushedWorkAsync();
        using var master = await SshMaster.StartAsync(ssh.Client, ssh.Git.Folder);
        Assert.Equal(0, (await master.RunAsync($"git-upload-pack '{ssh.Repository.Path}'")).ExitCode);

        // A v2 session that is open when the key goes answers no more either.
        using var session = master.Start(["git-upload-pack", $"'{ssh.Repository.Path}'"], protocol: "version=2");
        await ReadLineAsync(session, "object-format=sha1");
        var keys = await shared.Admin.GetAsync($"users/{ssh.User}/keys");
        await shared.Admin.DeleteAsync($"users/{ssh.User}/keys/{keys.GetProperty("keys")[0].GetProperty("fingerprint").GetString()}");
        await session.StandardInput.BaseStream.WriteAsync(Wire.LsRefs);
        await session.StandardInput.BaseStream.FlushAsync();
        await session.WaitForExitAsync().WaitAsync(Until.DefaultBound);
        Assert.Equal(128, session.ExitCode);
        Assert.Contains("no longer accepted", await session.StandardError.ReadToEndAsync(), StringComparison.Ordinal);

        var refused = await master.RunAsync($"git-upload-pack '{ssh.Repository.Path}'");
        Assert.Equal((128, "ERROR: This SSH key is no longer accepted.\n"), (refused.ExitCode, refused.Error));
    }

    private static async Task ReadLineAsync(System.Diagnostics.Process process, string end)
    {
        var all = "";
        var one = new byte[1];
        while (!all.EndsWith(end, StringComparison.Ordinal))
        {
            Assert.Equal(1, await process.StandardOutput.BaseStream.ReadAsync(one).AsTask().WaitAsync(Until.DefaultBound));
            all += (char)one[0];
        }
    }
}
