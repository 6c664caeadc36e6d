using System.Net;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;

namespace Granary.Frontends.Ssh.Protocol.Tests.Drops;

/// <summary>
/// Each way in which the server ends a connection, caused from outside: it is one count at <c>/metrics</c> and one line of the log with
/// the client's address. <see cref="DropReason.Fault"/>, which nothing from outside causes, is in <see cref="FaultTests"/>.
/// </summary>
[Collection(DropServers.Name)]
public sealed class DropTests(DropServers servers)
{
    /// <summary>The reason, and the option under <c>Granary:Ssh</c> that it is about.</summary>
    public static TheoryData<string, string> Drops { get; } = new()
    {
        { nameof(DropReason.ConnectionLimit), "MaxConnections" },
        { nameof(DropReason.StartupLimit), "StartupsBegin" },
        { nameof(DropReason.AddressLimit), "StartupsPerAddress" },
        { nameof(DropReason.ProxyHeader), "ProxyNetworks" },
        { nameof(DropReason.VersionTimeout), "VersionTimeout" },
        { nameof(DropReason.LoginGraceTime), "LoginGraceTime" },
        { nameof(DropReason.KeyExchange), "" },
        { nameof(DropReason.KeyExchangeTimeout), "RekeyTimeout" },
        { nameof(DropReason.Integrity), "" },
        { nameof(DropReason.Protocol), "" },
        { nameof(DropReason.Login), "MaxFailedSignatures" },
        { nameof(DropReason.Login), "MaxLoginRequests" },
        { nameof(DropReason.WriteStall), "WriteStallTimeout" },
        { nameof(DropReason.KeepAlive), "KeepAliveMisses" },
        { nameof(DropReason.Shutdown), "" },
    };

    [Fact]
    public void EachReason_HasItsTest() => Assert.Equal(
        Enum.GetNames<DropReason>().Except([nameof(DropReason.Fault)]), Drops.Select(static row => row.Data.Item1).Distinct());

    [Theory, MemberData(nameof(Drops))]
    public async Task Drop_IsCountedAndLoggedWithTheAddress(string reason, string option)
    {
        var clients = new List<RawClient>();
        GranaryServer? own = null;
        try
        {
            if (reason == nameof(DropReason.Shutdown)) own = await servers.StartAsync();
            var server = own ?? (IsNumber(reason) ? servers.Numbers : servers.Times);
            await Metrics.UntilAsync(server, "nobody of the test before is connected", static now => now.Sum("granary_ssh_connections") == 0);
            var before = (await Metrics.OfAsync(server)).Sum("granary_ssh_drops_total", ("reason", reason));
            var peer = await CauseAsync(server, reason, option, clients);
            await Metrics.UntilAsync(server, $"{reason} is counted", now => now.Sum("granary_ssh_drops_total", ("reason", reason)) == before + 1);
            await Until.HoldsAsync("the log has its line", () => server.Output.Contains($"from {peer} dropped: {reason} in phase", StringComparison.Ordinal));
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
            if (own is not null) await own.DisposeAsync();
        }
    }

    private static bool IsNumber(string reason) => reason is nameof(DropReason.ConnectionLimit) or nameof(DropReason.StartupLimit)
        or nameof(DropReason.AddressLimit) or nameof(DropReason.ProxyHeader) or nameof(DropReason.Login);

    /// <summary>Has one connection dropped for the reason; the address it came from.</summary>
    private async Task<EndPoint> CauseAsync(GranaryServer server, string reason, string option, List<RawClient> clients)
    {
        switch (reason)
        {
            case nameof(DropReason.ConnectionLimit):
                for (var i = 0; i < 6; i++) await (await ConnectAsync()).LogInAsync(servers.Key);
                return AddressOf(await ConnectAsync());
            case nameof(DropReason.StartupLimit):
                // The oldest gives way.
                var first = AddressOf(await (await ConnectAsync("127.0.0.2")).GreetAsync());
                for (var i = 3; i < 6; i++) await (await ConnectAsync($"127.0.0.{i}")).GreetAsync();
                return first;
            case nameof(DropReason.AddressLimit):
                for (var i = 0; i < 2; i++) await (await ConnectAsync()).GreetAsync();
                return AddressOf(await ConnectAsync());
            case nameof(DropReason.ProxyHeader):
                var balancer = await ConnectAsync(DropServers.Balancer);
                await balancer.SendBytesAsync("SSH-2.0-Raw\r\nno header of a balancer"u8.ToArray());
                return AddressOf(balancer);
            case nameof(DropReason.VersionTimeout):
                return AddressOf(await ConnectAsync());
            case nameof(DropReason.LoginGraceTime):
                return AddressOf(await (await ConnectAsync()).ExchangeKeysAsync());
            case nameof(DropReason.KeyExchange):
                var unknown = await ConnectAsync(keyExchange: "diffie-hellman-group1-sha1");
                await unknown.GreetAsync();
                await unknown.SendAsync(unknown.CreateKexInit());
                return AddressOf(unknown);
            case nameof(DropReason.KeyExchangeTimeout):
                var stalled = await (await ConnectAsync()).LogInAsync(servers.Key);
                await stalled.SendAsync(stalled.CreateKexInit());
                return AddressOf(stalled);
            case nameof(DropReason.Integrity):
                var broken = await (await ConnectAsync()).ExchangeKeysAsync();
                var frame = broken.Frame(Message.Create(MessageNumber.ServiceRequest, 0, static (writer, _) => writer.WriteString("ssh-userauth")));
                frame[^1] ^= 1;
                await broken.SendBytesAsync(frame);
                return AddressOf(broken);
            case nameof(DropReason.Protocol):
                var twice = await (await ConnectAsync()).GreetAsync();
                await twice.SendAsync(twice.CreateKexInit());
                await twice.SendAsync(twice.CreateKexInit());
                return AddressOf(twice);
            case nameof(DropReason.Login):
                var stranger = await (await ConnectAsync()).ExchangeKeysAsync();
                await stranger.RequestServiceAsync();
                using (var other = Ed25519HostKey.Create())
                {
                    for (var i = 0; i < (option == "MaxFailedSignatures" ? 2 : 5); i++)
                    {
                        await stranger.SendAsync(option == "MaxFailedSignatures"
                            ? stranger.SignedLogin(other)
                            : RawClient.Login("git", "ssh-ed25519", other.PublicBlob, signed: false));
                    }
                }

                return AddressOf(stranger);
            case nameof(DropReason.WriteStall):
                var deaf = await (await ConnectAsync()).LogInAsync(servers.Key);
                await servers.FetchAsync(deaf, window: uint.MaxValue);
                return AddressOf(deaf);
            case nameof(DropReason.KeepAlive):
                return AddressOf(await (await ConnectAsync()).LogInAsync(servers.Key));
            case nameof(DropReason.Shutdown):
                // A command that waits for its client holds the server up, so that it can be asked.
                var busy = await (await ConnectAsync()).LogInAsync(servers.Key);
                await server.Admin.CreateProjectAsync("DROPS");
                await server.Admin.CreateRepositoryAsync("DROPS", "large");
                await busy.ExecAsync((await busy.OpenAsync()).Id, $"git-receive-pack '{DropServers.Repository}'");
                await busy.ExpectAsync(MessageNumber.ChannelData);
                var idle = await (await ConnectAsync()).LogInAsync(servers.Key);
                server.Signal(ServerProcesses.SignalTerminate);
                return AddressOf(idle);
            default:
                throw new ArgumentOutOfRangeException(nameof(reason));
        }

        async Task<RawClient> ConnectAsync(string source = "127.0.0.1", string keyExchange = "curve25519-sha256")
        {
            clients.Add(new RawClient { Source = IPAddress.Parse(source), KeyExchange = keyExchange });
            return await RawClient.ConnectAsync(server.SshPort, clients[^1]);
        }
    }

    private static EndPoint AddressOf(RawClient client) => client.Socket.LocalEndPoint!;
}
