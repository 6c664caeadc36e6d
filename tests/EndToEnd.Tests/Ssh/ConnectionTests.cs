using System.Security.Cryptography;
using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

/// <summary>Connections: shared ones, clients that vanish, and the list of them.</summary>
public sealed class ConnectionTests(SharedServer shared)
{
    [Fact]
    public async Task ControlMaster_ParallelChannels_AllGetTheirClone()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync(commits: 3);
        var head = await work.RunAsync("rev-parse", "HEAD");
        using var master = await SshMaster.StartAsync(ssh.Client, ssh.Git.Folder);
        var git = ssh.Git.With("GIT_SSH_COMMAND", master.Command);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => git.RunAsync("-c", $"protocol.version={i % 3}", "clone", "-q", ssh.Url, $"copy{i}")));
        for (var i = 0; i < 6; i++) Assert.Equal(head, await git.In($"copy{i}").RunAsync("rev-parse", "HEAD"));

        // All of it in one connection.
        var mine = await ConnectionsOfAsync(ssh.User);
        Assert.Equal(("127.0.0.1", 0), (mine.Single().GetProperty("address").GetString(), mine.Single().GetProperty("channels").GetInt32()));
    }

    [Fact]
    public async Task Connections_AreListedForAdministratorsOnly()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        using var master = await SshMaster.StartAsync(ssh.Client, ssh.Git.Folder);
        var connection = Assert.Single(await ConnectionsOfAsync(ssh.User));
        Assert.True(connection.GetProperty("bytesReceived").GetInt64() > 0);
        using var user = shared.Admin.As(ssh.User, "sam's good password");
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await user.SendAsync(HttpMethod.Get, "server/ssh-connections")).Status);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await shared.Admin.Anonymous().SendAsync(HttpMethod.Get, "server/ssh-connections")).Status);
        master.Dispose();
        await Until.HoldsAsync("the connection is no longer listed", async () => (await ConnectionsOfAsync(ssh.User)).Count == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Fetch_WhoseClientIsKilled_LeavesNoProcess(int version)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        await PushLargeAsync(ssh);
        var folder = await ssh.Repository.FolderAsync();
        var head = await ssh.Git.RunAsync("ls-remote", ssh.Url, "HEAD");
        using var fetch = ssh.Client.Start(
            ["git-upload-pack", $"'{ssh.Repository.Path}'"], options: version == 2 ? ["-o", "SetEnv=GIT_PROTOCOL=version=2"] : []);
        var want = head.Split('\t')[0];
        byte[] request = version == 2
            ? [.. Wire.Pkt("command=fetch"), .. "0001"u8, .. Wire.Pkt($"want {want}\n"), .. Wire.Pkt("done\n"), .. Wire.Flush]
            : [.. Wire.Pkt($"want {want} side-band-64k\n"), .. Wire.Flush, .. Wire.Pkt("done\n")];
        await fetch.StandardInput.BaseStream.WriteAsync(request);
        await fetch.StandardInput.BaseStream.FlushAsync();

        // Nobody reads: git cannot end.
        await Until.HoldsAsync("git works", () => ProcessesIn(folder).Count > 0);
        fetch.Kill();
        await Until.HoldsAsync("no git process works for the client that is gone", () => ProcessesIn(folder).Count == 0);
    }

    [Fact]
    public async Task Push_WhoseClientIsKilled_LeavesNoProcessAndNoQuarantine()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        var folder = await ssh.Repository.FolderAsync();
        var quarantines = Path.Combine(folder, "granary", "incoming");
        var next = await TestRepository.CommitAsync(work, "file", "lost\n");
        var pack = await work.FeedForBytesAsync($"{next}\n^{next}~1\n", "pack-objects", "--stdout", "--revs", "-q");
        using var push = ssh.Client.Start(["git-receive-pack", $"'{ssh.Repository.Path}'"]);
        await push.StandardInput.BaseStream.WriteAsync(
            (byte[])[.. Wire.Pkt($"{Wire.Zero} {next} refs/heads/lost\0report-status"), .. Wire.Flush, .. pack[..^5]]);
        await push.StandardInput.BaseStream.FlushAsync();
        await Until.HoldsAsync("git reads the pack", () => ProcessesIn(folder).Count > 0 && Directory.GetDirectories(quarantines).Length > 0);
        push.Kill();
        await Until.HoldsAsync("nothing is left", () => ProcessesIn(folder).Count == 0 && Directory.GetFileSystemEntries(quarantines).Length == 0);
        Assert.DoesNotContain("refs/heads/lost", await ssh.Repository.RefsAsync(), StringComparison.Ordinal);
    }

    private static async Task PushLargeAsync(SshRepository ssh)
    {
        var work = await ssh.NewPushedWorkAsync();
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, "large"), RandomNumberGenerator.GetBytes(30_000_000));
        await work.RunAsync("add", "large");
        await work.RunAsync("commit", "-q", "-m", "large");
        await work.RunAsync("push", "-q", "origin", "main");
    }

    private async Task<List<JsonElement>> ConnectionsOfAsync(string name) =>
        [.. (await shared.Admin.GetAsync("server/ssh-connections")).GetProperty("connections").EnumerateArray()
            .Where(c => c.GetProperty("name").GetString() == name)];

    /// <summary>Children of the server that work on a repository, whose folder is in their environment.</summary>
    private List<int> ProcessesIn(string folder) => [.. shared.Server.Children.Select(static c => c.Id).Where(id => EnvironmentOf(id).Contains("GIT_DIR=" + folder, StringComparison.Ordinal))];

    private static string EnvironmentOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended meanwhile.
        }
    }
}
