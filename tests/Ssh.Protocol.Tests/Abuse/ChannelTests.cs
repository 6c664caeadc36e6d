using System.Text;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

namespace Granary.Frontends.Ssh.Protocol.Tests.Abuse;

/// <summary>Rules 9 to 12, one case a rule.</summary>
public sealed class ChannelTests(ServerFixture fixture)
{
    private async Task<RawClient> LogInAsync() => await (await RawClient.ConnectAsync(fixture.Server.Port)).LogInAsync(fixture.UserKey);

    [Fact]
    public async Task Data_BeyondTheWindow_Disconnects()
    {
        using var client = await LogInAsync();
        var (channel, window) = await client.OpenAsync();
        await client.ExecAsync(channel, "wait");
        var piece = new byte[32 << 10];
        for (var sent = 0; sent < window; sent += piece.Length) await client.SendAsync(RawClient.Data(channel, piece));
        await client.SendAsync(RawClient.Data(channel, [1]));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
        await Until.HoldsAsync("the command has ended", () => fixture.Server.Commands.Running == 0);
    }

    [Fact]
    public async Task Data_LargerThanTheMaximumPacket_Disconnects()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.SendAsync(RawClient.Data(channel, new byte[(32 << 10) + 1]));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Data_AfterEof_Disconnects()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.SendAsync(Message.Channel(MessageNumber.ChannelEof, channel));
        await client.SendAsync(RawClient.Data(channel, [1]));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(MessageNumber.ChannelData)]
    [InlineData(MessageNumber.ChannelEof)]
    [InlineData(MessageNumber.ChannelClose)]
    [InlineData(MessageNumber.ChannelWindowAdjust)]
    [InlineData(MessageNumber.ChannelRequest)]
    public async Task AnyMessage_ForAChannelThatIsNotOpen_Disconnects(byte number)
    {
        using var client = await LogInAsync();
        await client.SendAsync([number, 0, 0, 0, 9, 0, 0, 0, 0, 0]);
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(MessageNumber.ChannelOpenConfirmation)]
    [InlineData(MessageNumber.ChannelOpenFailure)]
    [InlineData(MessageNumber.ChannelSuccess)]
    [InlineData(MessageNumber.ChannelFailure)]
    public async Task Answer_ToWhatWasNeverAsked_Disconnects(byte number)
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.SendAsync([number, 0, 0, 0, (byte)channel, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(MessageNumber.RequestSuccess)]
    [InlineData(MessageNumber.RequestFailure)]
    public async Task GlobalAnswer_Unasked_IsDropped(byte number)
    {
        using var client = await LogInAsync();
        for (var i = 0; i < 100; i++) await client.SendAsync([number]);
        await client.PingAsync();
    }

    [Fact]
    public async Task Adjust_Past32Bits_Disconnects()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync(window: uint.MaxValue);
        await client.PingAsync();
        await client.SendAsync(RawClient.Adjust(channel, 1));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(8u)]
    public async Task Open_MaximumPacketTooSmall_IsRefused(uint maxPacket)
    {
        using var client = await LogInAsync();
        await client.SendOpenAsync(maxPacket: maxPacket);
        await client.ExpectAsync(MessageNumber.ChannelOpenFailure);
    }

    [Fact]
    public async Task Open_MaximumPacketOf9AndWindowOf1_DeliversAll()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync(window: 1, maxPacket: 9);
        await client.SendAsync(RawClient.ChannelRequest(channel, "exec", true, "source 40"));
        await client.ExpectAsync(MessageNumber.ChannelSuccess);
        var received = new List<byte>();
        while (received.Count < 40)
        {
            var data = await client.ExpectAsync(MessageNumber.ChannelData);
            Assert.InRange(data.Length, 10, 18);
            received.AddRange(data[9..]);
            await client.SendAsync(RawClient.Adjust(channel, (uint)(received.Count % 11 + 1)));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => TestCommands.Octet(i)), received);
    }

    [Theory]
    [InlineData("direct-tcpip")]
    [InlineData("direct-streamlocal@openssh.com")]
    [InlineData("x11")]
    [InlineData("tun@openssh.com")]
    public async Task Open_NoSession_IsProhibitedTenThousandTimesAndForgotten(string type)
    {
        using var client = await LogInAsync();
        var times = type == "direct-tcpip" ? 10_000 : 10;
        for (var i = 0; i < times; i += 10)
        {
            for (var j = 0; j < 10; j++) await client.SendOpenAsync(type: type);
            for (var j = 0; j < 10; j++) Assert.Equal(1, (await client.ExpectAsync(MessageNumber.ChannelOpenFailure))[8]);
        }

        Assert.Equal(0, Line(client).Channels);
    }

    [Fact]
    public async Task Open_MoreThanTheLimit_IsRefusedUntilOneIsClosed()
    {
        using var client = await LogInAsync();
        var channels = new List<uint>();
        for (var i = 0u; i < 10; i++) channels.Add((await client.OpenAsync(ownId: i)).Id);
        await client.SendOpenAsync(ownId: 99);
        await client.ExpectAsync(MessageNumber.ChannelOpenFailure);
        await client.SendAsync(Message.Channel(MessageNumber.ChannelClose, channels[0]));
        await client.ExpectAsync(MessageNumber.ChannelClose);
        await client.OpenAsync(ownId: 99);
    }

    [Fact]
    public async Task Exec_Second_IsRefused()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "wait");
        await client.SendAsync(RawClient.ChannelRequest(channel, "exec", true, "exit 0"));
        await client.ExpectAsync(MessageNumber.ChannelFailure);
        await client.SendAsync(Message.Channel(MessageNumber.ChannelClose, channel));
        await client.ExpectAsync(MessageNumber.ChannelClose);
        await Until.HoldsAsync("the channel is gone", () => Line(client).Channels == 0);
    }

    [Theory]
    [InlineData("pty-req")]
    [InlineData("subsystem")]
    [InlineData("x11-req")]
    [InlineData("auth-agent-req@openssh.com")]
    [InlineData("window-change")]
    [InlineData("signal")]
    [InlineData("")]
    public async Task Request_Unsupported_IsRefused(string type)
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.SendAsync(RawClient.ChannelRequest(channel, type, true, "sftp", "x"));
        await client.ExpectAsync(MessageNumber.ChannelFailure);
        await client.SendAsync(RawClient.ChannelRequest(channel, type, false, "sftp", "x"));
        await client.PingAsync();
    }

    [Fact]
    public async Task Requests_Flood_AreAnsweredOneByOneAndTheConnectionLives()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        const int Count = 20_000;
        var request = RawClient.ChannelRequest(channel, "signal", true, "INT");
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++) await client.SendAsync(request);
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < Count; i++) await client.ExpectAsync(MessageNumber.ChannelFailure);
        await sending;
        await client.PingAsync();
    }

    [Fact]
    public async Task Env_LimitsAndCharacters_AreKept()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        Assert.True(await EnvAsync("LANG", "ja_JP.UTF-8"));
        Assert.True(await EnvAsync("LC_ALL", "C"));
        Assert.False(await EnvAsync("PATH", "/tmp"));
        Assert.False(await EnvAsync("LD_PRELOAD", "x"));
        Assert.False(await EnvAsync("GIT_PROTOCOL", "version=2;x"));
        Assert.False(await EnvAsync("GIT_PROTOCOL", new string('v', 300)));
        Assert.True(await EnvAsync("GIT_PROTOCOL", "version=2"));
        Assert.True(await EnvAsync("LC_A", "C"));
        Assert.False(await EnvAsync("LC_B", "C"));
        await client.ExecAsync(channel, "env");
        Assert.Equal("version=2\n", Encoding.ASCII.GetString((await client.ReadToCloseAsync()).Output));

        async Task<bool> EnvAsync(string name, string value)
        {
            await client.SendAsync(RawClient.ChannelRequest(channel, "env", true, name, value));
            var answer = await client.ReadAsync();
            Assert.NotNull(answer);
            return answer[0] == MessageNumber.ChannelSuccess;
        }
    }

    [Fact]
    public async Task Command_Ends_StatusThenEofThenCloseAndNothingMore()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "stderr some text");
        Assert.Equal(MessageNumber.ChannelExtendedData, (await client.ReadAsync())![0]);
        var status = await client.ReadAsync();
        Assert.Equal([3], status![^1..]);
        Assert.Equal(MessageNumber.ChannelEof, (await client.ReadAsync())![0]);
        Assert.Equal(MessageNumber.ChannelClose, (await client.ReadAsync())![0]);
        await client.SendAsync(RawClient.ChannelRequest(channel, "signal", true, "INT"));
        await client.SendAsync(Message.Channel(MessageNumber.ChannelClose, channel));
        await client.PingAsync();
        Assert.Equal(0, Line(client).Channels);
    }

    [Fact]
    public async Task Command_ThatFails_IsStatus255AndTheConnectionLives()
    {
        using var client = await LogInAsync();
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "fail");
        Assert.Equal(255, (await client.ReadToCloseAsync()).Status);
        await client.PingAsync();
    }

    [Fact]
    public async Task Client_Gone_EndsItsCommands()
    {
        using (var client = await LogInAsync())
        {
            for (var i = 0u; i < 5; i++) await client.ExecAsync((await client.OpenAsync(ownId: i)).Id, i % 2 == 0 ? "wait" : "sink");
        }

        await Until.HoldsAsync("no command runs", () => fixture.Server.Commands.Running == 0);
    }

    [Fact]
    public async Task Message_TruncatedAtEachOctet_EndsOnlyItsConnection()
    {
        var model = RawClient.ChannelRequest(0, "exec", true, "exit 0");
        for (var length = 1; length < model.Length; length++)
        {
            using var client = await LogInAsync();
            await client.OpenAsync();
            await client.SendAsync(model[..length]);
            await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
        }
    }

    [Fact]
    public async Task Upload_OneHundredMegabytes_ArrivesAndTheWindowGrows()
    {
        using var client = await LogInAsync();
        var (channel, window) = await client.OpenAsync();
        await client.ExecAsync(channel, "sink");
        const long Total = 100_000_000;
        var open = (long)window;
        var largest = 0L;
        var piece = new byte[32 << 10];
        var sent = 0L;
        while (sent < Total)
        {
            while (open >= piece.Length && sent < Total)
            {
                var size = (int)Math.Min(piece.Length, Total - sent);
                await client.SendAsync(RawClient.Data(channel, piece[..size]));
                sent += size;
                open -= size;
            }

            if (sent >= Total) break;
            var adjust = await client.ExpectAsync(MessageNumber.ChannelWindowAdjust);
            open += System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(adjust.AsSpan(5));
            largest = Math.Max(largest, open);
        }

        await client.SendAsync(Message.Channel(MessageNumber.ChannelEof, channel));
        Assert.Equal($"{Total}\n", Encoding.ASCII.GetString((await client.ReadToCloseAsync()).Output));
        Assert.True(largest > window, $"the window never grew beyond {window}");
    }

    private Connections.SshConnectionInfo Line(RawClient client) =>
        fixture.Server.Connections.List().Single(line => line.Peer.Port == ((System.Net.IPEndPoint)client.Socket.LocalEndPoint!).Port);
}
