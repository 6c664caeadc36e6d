using System.Diagnostics;
using System.Net;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Granary.Frontends.Ssh.Protocol.Tests.Abuse;

/// <summary>Rules 5, 8, 9 and 13: what takes too long, what is too much, and the server's own rekeys.</summary>
public sealed class RekeyAndTimeTests(ServerFixture fixture)
{
    private const string Seconds = "00:00:02";

    [Fact]
    public async Task Rekey_ByTheServerDuringADownload_LosesNothing()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:RekeyBytes=262144");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync(window: 5_000_000);
        await client.ExecAsync(channel, "source 3000000");
        var (output, _, status) = await client.ReadToCloseAsync();
        Assert.Equal(0, status);
        Assert.Equal(3_000_000, output.Length);
        Assert.Equal(Enumerable.Range(0, output.Length).Select(i => TestCommands.Octet(i)), output);
    }

    [Fact]
    public async Task Rekey_BegunByTheServer_NothingElseIsSentUntilItEnds()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:RekeyBytes=65536");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "source 300000");
        byte[]? payload;
        while ((payload = await client.ReadAsync())![0] != MessageNumber.KexInit) Assert.Equal(MessageNumber.ChannelData, payload[0]);

        // Its answer to this must wait; the next message after the exchange is the first that is no key exchange.
        await client.SendAsync(RawClient.ChannelRequest(channel, "signal", true, "INT"));
        await client.AnswerRekeyAsync(payload);
        Assert.Equal(MessageNumber.ChannelFailure, (await client.ReadAsync())![0]);
    }

    [Fact]
    public async Task Rekey_RequestsPiledUpMeanwhile_AreBounded()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:RekeyBytes=65536");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "source 300000");
        while ((await client.ReadAsync())![0] != MessageNumber.KexInit)
        {
        }

        for (var i = 0; i < 1100; i++) await client.SendAsync(RawClient.ChannelRequest(channel, "signal", true, "INT"));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Rekey_ByAClientThatSendsDataInBetween_LosesNothing()
    {
        using var client = await (await RawClient.ConnectAsync(fixture.Server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "sink");
        await client.RekeyAsync(meanwhile: RawClient.Data(channel, new byte[1000]));
        await client.SendAsync(RawClient.Data(channel, new byte[10]));
        await client.SendAsync(Message.Channel(MessageNumber.ChannelEof, channel));
        Assert.Equal("1010\n"u8.ToArray(), (await client.ReadToCloseAsync()).Output);
    }

    [Fact]
    public async Task Rekey_ByTheClientThenALogin_Disconnects()
    {
        using var client = await (await RawClient.ConnectAsync(fixture.Server.Port)).LogInAsync(fixture.UserKey);
        await client.SendAsync(client.CreateKexInit());
        await client.SendAsync(client.SignedLogin(fixture.UserKey));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Rekey_Stalled_IsDropped()
    {
        await using var server = await fixture.StartAsync($"--Granary:Ssh:RekeyTimeout={Seconds}");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        await client.SendAsync(client.CreateKexInit());
        await client.ExpectDisconnectAsync(DisconnectReason.KeyExchangeFailed);
    }

    [Fact]
    public async Task VersionLine_NeverSent_IsDropped()
    {
        await using var server = await fixture.StartAsync($"--Granary:Ssh:VersionTimeout={Seconds}");
        using var client = await RawClient.ConnectAsync(server.Port);
        await client.ReadVersionAsync();
        await client.ExpectDisconnectAsync(DisconnectReason.ByApplication);
    }

    [Fact]
    public async Task Login_BusyButNeverDone_IsDroppedAtTheGraceTime()
    {
        await using var server = await fixture.StartAsync($"--Granary:Ssh:LoginGraceTime={Seconds}");
        using var client = await (await RawClient.ConnectAsync(server.Port)).ExchangeKeysAsync();
        await client.RequestServiceAsync();
        var clock = Stopwatch.StartNew();
        await client.ExpectDisconnectAsync(DisconnectReason.ByApplication);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15));
        await Until.HoldsAsync("no connection is left", () => server.Connections.List().Count == 0);
    }

    [Fact]
    public async Task Client_ThatAnswersNoKeepAlive_IsDropped()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:KeepAliveInterval=00:00:01", "--Granary:Ssh:KeepAliveMisses=2");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        await client.ExpectDisconnectAsync(DisconnectReason.ConnectionLost);
    }

    [Fact]
    public async Task Client_ThatAnswersKeepAlives_StaysWhileItsCommandIsSilent()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:KeepAliveInterval=00:00:01", "--Granary:Ssh:KeepAliveMisses=1");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "wait");
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(MessageNumber.GlobalRequest, (await client.ReadAsync())![0]);
            await client.SendAsync([MessageNumber.RequestFailure]);
        }

        await client.PingAsync();
    }

    [Fact]
    public async Task Client_ThatNeverReads_IsDroppedAndItsCommandEnds()
    {
        await using var server = await fixture.StartAsync($"--Granary:Ssh:WriteStallTimeout={Seconds}");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync(window: uint.MaxValue);
        await client.ExecAsync(channel, "source 1000000000");
        await Until.HoldsAsync("the connection is gone", () => server.Connections.List().Count == 0 && server.Commands.Running == 0);
    }

    [Fact]
    public async Task Client_ThatOpensNoWindow_LosesTheChannelAndKeepsTheConnection()
    {
        await using var server = await fixture.StartAsync($"--Granary:Ssh:WriteStallTimeout={Seconds}");
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync(window: 1000);
        await client.ExecAsync(channel, "source 10000");
        await client.ExpectAsync(MessageNumber.ChannelData);
        await client.ExpectAsync(MessageNumber.ChannelClose);
        await client.PingAsync();
        await Until.HoldsAsync("the command has ended", () => server.Commands.Running == 0);
    }

    [Fact]
    public async Task Connections_BeyondTheCap_AreToldAndDropped()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:MaxConnections=2");
        using var first = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        using var second = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        using var third = await (await RawClient.ConnectAsync(server.Port)).GreetAsync();
        await third.ExpectDisconnectAsync(DisconnectReason.TooManyConnections);
    }

    [Fact]
    public async Task Connections_WithoutLoginFromOneAddress_AreCappedAndLoginsFreeThePlaces()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:StartupsPerAddress=2");
        using var first = await (await RawClient.ConnectAsync(server.Port)).GreetAsync();
        using var second = await (await RawClient.ConnectAsync(server.Port)).GreetAsync();
        using (var third = await (await RawClient.ConnectAsync(server.Port)).GreetAsync()) await third.ExpectDisconnectAsync(DisconnectReason.TooManyConnections);
        await first.LogInAsync(fixture.UserKey);
        using var fourth = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
    }

    [Fact]
    public async Task Shutdown_CommandRuns_ItEndsFirstAndThenTheConnection()
    {
        await using var server = await fixture.StartAsync();
        using var idle = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        using var busy = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await busy.OpenAsync();
        await busy.ExecAsync(channel, "sink");
        var stopping = server.StopAsync(TestContext.Current.CancellationToken);
        await idle.ExpectDisconnectAsync(DisconnectReason.ByApplication);
        await busy.SendOpenAsync(ownId: 8);
        await busy.ExpectAsync(MessageNumber.ChannelOpenFailure);
        await busy.SendAsync(RawClient.Data(channel, new byte[1000]));
        await busy.SendAsync(Message.Channel(MessageNumber.ChannelEof, channel));
        var (output, _, status) = await busy.ReadToCloseAsync();
        Assert.Equal("1000\n"u8.ToArray(), output);
        Assert.Equal(0, status);
        await busy.SendAsync(Message.Channel(MessageNumber.ChannelClose, channel));
        await busy.ExpectDisconnectAsync(DisconnectReason.ByApplication);
        await stopping;
    }

    [Fact]
    public async Task Shutdown_AsSoonAsTheHostIsTold_IdleConnectionsEndAndNoNewOneIsLetIn()
    {
        await using var server = await fixture.StartAsync();
        using var idle = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        using var greeted = await (await RawClient.ConnectAsync(server.Port)).GreetAsync();
        using var busy = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        var (channel, _) = await busy.OpenAsync();
        await busy.ExecAsync(channel, "sink");

        // Its listeners are open as long as it waits for something else, as for requests over HTTP.
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await idle.ExpectDisconnectAsync(DisconnectReason.ByApplication);
        await greeted.ExpectDisconnectAsync(DisconnectReason.ByApplication);
        using var late = await RawClient.ConnectAsync(server.Port);
        await late.ReadVersionAsync();
        Assert.Contains("stopping", await late.ExpectDisconnectAsync(DisconnectReason.ByApplication), StringComparison.Ordinal);
        await busy.SendAsync(RawClient.Data(channel, new byte[1000]));
        await busy.SendAsync(Message.Channel(MessageNumber.ChannelEof, channel));
        Assert.Equal(("1000\n", (int?)0), await ReadAsync(busy));
        await busy.SendAsync(Message.Channel(MessageNumber.ChannelClose, channel));
        await busy.ExpectDisconnectAsync(DisconnectReason.ByApplication);

        static async Task<(string, int?)> ReadAsync(RawClient client)
        {
            var (output, _, status) = await client.ReadToCloseAsync();
            return (System.Text.Encoding.UTF8.GetString(output), status);
        }
    }

    [Fact]
    public async Task Shutdown_DrainTimeIsOver_BreaksOff()
    {
        await using var server = await fixture.StartAsync();
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        await client.ExecAsync((await client.OpenAsync()).Id, "wait");
        using var drain = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await server.StopAsync(drain.Token);
        await Until.HoldsAsync("the command has ended", () => server.Commands.Running == 0);
    }

    [Fact]
    public async Task Proxy_HeaderOfATrustedBalancer_NamesThePeer()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:ProxyNetworks:0=127.0.0.0/8");
        using var client = await RawClient.ConnectAsync(server.Port);
        await client.SendBytesAsync(new byte[]
        {
            0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 15, 203, 0, 113, 9, 10, 0, 0, 1, 0x30, 0x39, 0, 22, 4, 0, 0,
        });
        await client.LogInAsync(fixture.UserKey);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 12345), server.Connections.List().Single().Peer);
    }

    [Fact]
    public async Task Proxy_NoHeaderFromATrustedBalancer_IsClosed()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:ProxyNetworks:0=127.0.0.0/8");
        using var client = await RawClient.ConnectAsync(server.Port);
        await client.SendBytesAsync("SSH-2.0-Raw\r\n"u8.ToArray());
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Connections_Listed_TellPhaseIdentityAndBytes()
    {
        await using var server = await fixture.StartAsync();
        using var waiting = await (await RawClient.ConnectAsync(server.Port)).GreetAsync();
        using var client = await (await RawClient.ConnectAsync(server.Port)).LogInAsync(fixture.UserKey);
        await client.OpenAsync();
        await Until.HoldsAsync("the version line was read", () => server.Connections.List()[0].Phase != SshPhase.Version);
        var lines = server.Connections.List();
        Assert.Equal([SshPhase.KeyExchange, SshPhase.Session], lines.Select(line => line.Phase));
        Assert.Equal(1, lines[1].Channels);
        Assert.StartsWith("SHA256:", lines[1].Identity);
        Assert.True(lines[1].BytesReceived > 500 && lines[1].BytesSent > 500);
    }
}
