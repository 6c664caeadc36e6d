using System.Diagnostics;
using System.Text;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Ssh;

/// <summary>
/// A peer that is gone without a word, while it is silent and while it is sent a pack: its process is stopped, or its network loses
/// everything. Its connection and its git end all the same.
/// </summary>
public sealed class VanishedPeerTests
{
    private const long PackSize = 64 << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_PeerVanishes_EndsWithTheKeepAlive(bool inNetwork)
    {
        using var network = await NetworkAsync(inNetwork);
        await using var server = await StartAsync(("KeepAliveInterval", "00:00:01"), ("KeepAliveMisses", "2"));
        using var user = await SshUser.CreateAsync(server);

        // git waits for what the client has, and the client says nothing.
        using var peer = Connect(user, network);
        await SendAsync(peer, PktLine($"want {user.Repository.Base} ofs-delta\n") + "0000");
        await Until.HoldsAsync("git takes part in the dialogue", () => server.Children.Count > 0);
        await VanishAsync(peer, network);
        await EndedAsync(user, "KeepAlive", network);
        peer.Kill();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pack_PeerVanishesInTheMiddle_GitEndsAndThenTheConnection(bool inNetwork)
    {
        using var network = await NetworkAsync(inNetwork);
        await using var server = await StartAsync(("WriteStallTimeout", "00:00:02"), ("KeepAliveInterval", "00:00:05"), ("KeepAliveMisses", "2"));
        using var user = await SshUser.CreateAsync(server);
        string want;
        using (var client = user.Repository.Connect())
        using (var pack = new BigPack(PackSize, "refs/heads/big"))
        {
            Assert.True((await client.PushAsync(pack)).IsOk);
            want = pack.Id;
        }

        await user.Repository.UntilIdleAsync();
        using var peer = Connect(user, network);
        await SendAsync(peer, PktLine($"want {want} ofs-delta\n") + "0000" + PktLine("done\n"));
        var some = new byte[1 << 20];
        await peer.StandardOutput.BaseStream.ReadExactlyAsync(some);
        Assert.NotEmpty(server.Children);
        await VanishAsync(peer, network);

        // Where the kernels buffer more than ssh's window it is the channel that stalls, before the connection is given up; else the connection itself.
        await Until.HoldsAsync("git has ended", () => server.Children.Count == 0);
        var stalled = false;
        await Until.HoldsAsync("that is logged", () =>
            (stalled = server.Output.Contains("dropped: WriteStall ", StringComparison.Ordinal))
            || server.Output.Contains("a channel is closed because the client takes nothing", StringComparison.Ordinal));
        await EndedAsync(user, stalled ? "WriteStall" : "KeepAlive", network);
        peer.Kill();
    }

    private static Task<GranaryServer> StartAsync(params (string Name, string Value)[] settings) => GranaryServer.StartAsync(
        settings.Append(("Address", "0.0.0.0")).ToDictionary(static s => "Granary__Ssh__" + s.Item1, static s => s.Item2));

    private static async Task<SilentNetwork?> NetworkAsync(bool inNetwork)
    {
        if (!inNetwork) return null;
        var network = await SilentNetwork.TryCreateAsync();
        Assert.SkipWhen(network is null, "Network namespaces are not allowed here.");
        return network;
    }

    private static Process Connect(SshUser user, SilentNetwork? network) => user.Client.Start(
        ["git-upload-pack", $"'{user.Repository.Path}'"], options: network is null ? [] : ["-o", "HostName=" + network.Server], launcher: network?.Launcher);

    private static async Task SendAsync(Process peer, string text)
    {
        await peer.StandardInput.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(text));
        await peer.StandardInput.BaseStream.FlushAsync();
    }

    private static Task VanishAsync(Process peer, SilentNetwork? network)
    {
        if (network is not null) return network.PullAsync();
        ServerProcesses.Signal(peer.Id, ServerProcesses.SignalStop);
        return Task.CompletedTask;
    }

    private static async Task EndedAsync(SshUser user, string reason, SilentNetwork? network)
    {
        var server = user.Repository.Server;
        var address = network is null ? "127.0.0.1" : network.Server[..^1] + "2";
        await Until.HoldsAsync(
            "the drop is logged", () => server.Output.Split('\n').Any(line => line.Contains($"from {address}:", StringComparison.Ordinal) && line.Contains($"dropped: {reason} ", StringComparison.Ordinal)));
        await Until.HoldsAsync("the connection is gone", async () => await user.ConnectionsAsync() == 0);
        await user.Repository.UntilIdleAsync();
    }

    private static string PktLine(string text) => $"{text.Length + 4:x4}{text}";
}
