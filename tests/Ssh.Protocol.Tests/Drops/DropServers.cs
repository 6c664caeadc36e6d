using System.Security.Cryptography;
using System.Text;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Tests.Harness;

namespace Granary.Frontends.Ssh.Protocol.Tests.Drops;

/// <summary>
/// The built server twice, because limits get in each other's way: one with short times, one with small numbers. Both know one key, and have a repository
/// that is more than sockets and windows hold.
/// </summary>
[CollectionDefinition(Name)]
public sealed class DropServers : ICollectionFixture<DropServers>, IAsyncLifetime
{
    public const string Name = "servers that drop";
    public const string Repository = "DROPS/large.git";

    /// <summary>Whose connections must begin with a balancer's header.</summary>
    public const string Balancer = "127.0.0.66";

    private readonly TemporaryFolder _folder = new();

    internal Ed25519HostKey Key { get; } = Ed25519HostKey.Create();

    public GranaryServer Times { get; private set; } = null!;

    public GranaryServer Numbers { get; private set; } = null!;

    /// <summary>What a fetch of the repository wants.</summary>
    public string Head { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var servers = await Task.WhenAll(
            StartAsync(("VersionTimeout", "00:00:01"), ("LoginGraceTime", "00:00:06"), ("RekeyTimeout", "00:00:03"), ("WriteStallTimeout", "00:00:02"),
                ("KeepAliveInterval", "00:00:02"), ("KeepAliveMisses", "2")),
            StartAsync(("MaxConnections", "6"), ("StartupsPerAddress", "2"), ("StartupsBegin", "3"), ("StartupsRate", "100"), ("StartupsFull", "4"),
                ("MaxFailedSignatures", "2"), ("MaxLoginRequests", "4"), ("MaxChannels", "2"), ("MaxEnvironmentVariables", "2"), ("MaxEnvironmentSize", "64"),
                ("MaxCommandLine", "100"), ("ProxyNetworks__0", Balancer)));
        (Times, Numbers) = (servers[0], servers[1]);
        await Times.Admin.CreateProjectAsync("DROPS");
        await Times.Admin.CreateRepositoryAsync("DROPS", "large");
        var git = Git.Create(_folder.Path);
        await git.RunAsync("init", "-q", "work");
        var work = git.In("work");
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, "large"), RandomNumberGenerator.GetBytes(24 << 20));
        await work.RunAsync("add", "large");
        await work.RunAsync("commit", "-q", "-m", "large");
        await work.RunAsync("push", "-q", Times.RepositoryUrl(Repository, GranaryServer.AdminName, GranaryServer.AdminPassword), "main");
        Head = await work.RunAsync("rev-parse", "HEAD");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (GranaryServer?[])[Times, Numbers])
        {
            if (server is not null) await server.DisposeAsync();
        }

        Key.Dispose();
        _folder.Dispose();
    }

    /// <summary>Another one with the same key.</summary>
    /// <param name="options">Of section <c>Granary:Ssh</c>.</param>
    public async Task<GranaryServer> StartAsync(params (string Key, string Value)[] options)
    {
        var server = await GranaryServer.StartAsync(options.ToDictionary(static o => "Granary__Ssh__" + o.Key, static o => o.Value));
        await server.Admin.PostAsync($"users/{GranaryServer.AdminName}/keys", new { publicKey = $"ssh-ed25519 {Convert.ToBase64String(Key.PublicBlob)} drops" });
        return server;
    }

    /// <summary>Asks for the repository in a channel, and reads nothing.</summary>
    internal async Task FetchAsync(RawClient client, uint window)
    {
        var (channel, _) = await client.OpenAsync(window);
        await client.SendAsync(RawClient.ChannelRequest(channel, "env", false, "GIT_PROTOCOL", "version=2"));
        await client.ExecAsync(channel, $"git-upload-pack '{Repository}'");
        await client.SendAsync(RawClient.Data(channel, Encoding.ASCII.GetBytes($"0011command=fetch0001{Pkt($"want {Head}\n")}{Pkt("done\n")}0000")));
    }

    private static string Pkt(string line) => $"{line.Length + 4:x4}{line}";
}
