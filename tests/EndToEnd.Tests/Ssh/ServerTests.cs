using System.Security.Cryptography;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

/// <summary>What needs a server of its own: what it starts, and how it stops.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task Refs_InEveryVersion_StartNoProcess()
    {
        using var folder = new TemporaryFolder();
        var log = folder["started"];
        var program = folder["git"];
        await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$1\" >> '{log}'\nexec git \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Git__Executable"] = program });
        using var ssh = await NewRepositoryAsync(server);
        var work = await ssh.NewPushedWorkAsync();
        var refs = await ssh.Git.RunAsync("ls-remote", ssh.Url);

        var before = await File.ReadAllLinesAsync(log);
        for (var version = 0; version <= 2; version++)
            Assert.Equal(refs, await ssh.Git.RunAsync("-c", $"protocol.version={version}", "ls-remote", ssh.Url));
        await work.RunAsync("push", "-q", "origin", "main"); // Up to date.
        await work.RunAsync("fetch", "-q", "origin"); // So is this.
        Assert.Equal(before, await File.ReadAllLinesAsync(log));
        await ssh.Git.RunAsync("clone", "-q", ssh.Url, "copy");
        var after = await File.ReadAllLinesAsync(log);
        Assert.Equal([.. before, "upload-pack"], after);
    }

    [Fact]
    public async Task Sigterm_WhileACloneRuns_LetsItEndAndRefusesNewOnes()
    {
        // The git that is waited for must be the clone's, not that of housekeeping after the large push.
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Shutdown__DrainTimeout"] = "00:00:40",
            ["Granary__Housekeeping__Automatic"] = "false",
        });
        using var ssh = await NewRepositoryAsync(server);
        var work = await ssh.NewPushedWorkAsync();
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, "large"), RandomNumberGenerator.GetBytes(30_000_000));
        await work.RunAsync("add", "large");
        await work.RunAsync("commit", "-q", "-m", "large");
        await work.RunAsync("push", "-q", "origin", "main");
        var head = await work.RunAsync("rev-parse", "HEAD");

        using var master = await SshMaster.StartAsync(ssh.Client, ssh.Git.Folder);
        using var clone = master.Start(["git-upload-pack", $"'{ssh.Repository.Path}'"], protocol: "version=2");
        await clone.StandardInput.BaseStream.WriteAsync(
            (byte[])[.. Wire.Pkt("command=fetch"), .. "0001"u8, .. Wire.Pkt($"want {head}\n"), .. Wire.Pkt("done\n"), .. "00000000"u8]);
        await clone.StandardInput.BaseStream.FlushAsync();
        await Until.HoldsAsync("git works", () => server.Children.Count > 0);
        server.Signal(ServerProcesses.SignalTerminate);
        await Until.HoldsAsync("the server is stopping", () => server.Output.Contains("Stopping: running clones and pushes", StringComparison.Ordinal));

        // Refused on the connection that is there, and no new one is taken.
        var refused = await master.RunAsync($"git-upload-pack '{ssh.Repository.Path}'");
        Assert.Equal((128, "ERROR: The server is stopping; please try again.\n"), (refused.ExitCode, refused.Error));
        Assert.NotEqual(0, (await ssh.Client.RunAsync([])).ExitCode);

        using var all = new MemoryStream();
        await clone.StandardOutput.BaseStream.CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(60));
        await clone.WaitForExitAsync();
        Assert.Equal(0, clone.ExitCode);
        Assert.True(all.Length > 30_000_000);
        Assert.Equal("0000"u8.ToArray(), all.ToArray()[^4..]);
        await server.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task Sigterm_WhileACloneRuns_EndsIdleConnectionsAndLetsNoneIn()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Shutdown__DrainTimeout"] = "00:00:40" });
        using var ssh = await NewRepositoryAsync(server);
        await ssh.NewPushedWorkAsync();
        using var idle = await SshMaster.StartAsync(ssh.Client, ssh.Git.Folder, "idle");
        using var busy = await SshMaster.StartAsync(ssh.Client, ssh.Git.Folder, "busy");
        using var session = busy.Start(["git-upload-pack", $"'{ssh.Repository.Path}'"], protocol: "version=2");
        Assert.Equal('0', session.StandardOutput.Read());
        server.Signal(ServerProcesses.SignalTerminate);
        await Until.HoldsAsync("the idle connection has ended", () => idle.HasEnded);

        // Each newcomer is sent away; that it reads the reason before its own words are refused is for the network to decide.
        await Until.HoldsAsync("a newcomer is told why", async () =>
        {
            var late = await ssh.Client.RunAsync([]);
            Assert.Equal(255, late.ExitCode);
            return late.Error.Contains("The server is stopping", StringComparison.Ordinal);
        });
        Assert.False(busy.HasEnded);
        await session.StandardInput.WriteAsync("0000");
        session.StandardInput.Close();
        await Until.HoldsAsync("the busy connection has ended", () => busy.HasEnded);
        await server.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((0, 0), (session.ExitCode, server.ExitCode));
    }

    [Fact]
    public async Task SshOff_NothingListensAndNoHostKeyIsMade()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Ssh__Enabled"] = "false" });
        using var client = new System.Net.Sockets.TcpClient();
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => client.ConnectAsync("127.0.0.1", server.SshPort));
        Assert.Contains("git over SSH   off (Granary:Ssh:Enabled)", server.Output, StringComparison.Ordinal);
        Assert.Empty(Fingerprints(server.Output));
        Assert.False(Directory.Exists(Path.Combine(server.DataPath, "ssh")));
        Assert.Equal(0, (await server.Admin.GetAsync("server/ssh-connections")).EnumerateObject().Sum(static list => list.Value.GetArrayLength()));

        // Everything else works, keys included: they are for the day that it is on again.
        using var repository = await NewRepositoryAsync(server);
        await repository.Repository.NewPushedWorkAsync();
    }

    [Fact]
    public async Task Start_PrintsTheUrlAndTheHostKeys_WhichStay()
    {
        await using var server = await GranaryServer.StartAsync();
        var first = Fingerprints(server.Output);
        Assert.Contains($"ssh://git@127.0.0.1:{server.SshPort}", server.Output, StringComparison.Ordinal);
        Assert.NotEmpty(first);
        await server.TerminateAsync();
        await server.StartAgainAsync();
        await Until.HoldsAsync("it has greeted again", () => Fingerprints(server.Output).Count == first.Count * 2);
        Assert.Equal(first, Fingerprints(server.Output)[first.Count..]);
    }

    private static List<string> Fingerprints(string output) => [.. output.Split((char[]?)null).Where(static w => w.StartsWith("SHA256:", StringComparison.Ordinal))];

    private static async Task<SshRepository> NewRepositoryAsync(GranaryServer server)
    {
        await server.Admin.CreateUserAsync(SharedServer.Member, SharedServer.MemberPassword);
        await server.Admin.CreateProjectAsync("DEMO");
        await server.Admin.CreateRepositoryAsync("DEMO", "hello");
        await server.Admin.SetMemberAsync("DEMO", SharedServer.Member, "member");
        return await SshRepository.CreateAsync(new TestRepository(server, "DEMO", "hello"));
    }
}
