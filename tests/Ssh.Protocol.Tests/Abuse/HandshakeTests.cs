using System.Text;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;

namespace Granary.Frontends.Ssh.Protocol.Tests.Abuse;

/// <summary>Rules 1 to 6 of the handshake, one case a rule.</summary>
public sealed class HandshakeTests(ServerFixture fixture)
{
    private Task<RawClient> ConnectAsync(RawClient? client = null) => RawClient.ConnectAsync(fixture.Server.Port, client);

    public static TheoryData<string, string, string, string> Suites()
    {
        var data = new TheoryData<string, string, string, string>();
        string[] exchanges = ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"];
        string[] hostKeys = ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"];
        string[] ciphers = [CipherSuite.Aes256Gcm, CipherSuite.Aes128Gcm, CipherSuite.ChaCha, "aes256-ctr", "aes192-ctr", "aes128-ctr"];
        string[] macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"];
        for (var i = 0; i < 24; i++) data.Add(exchanges[i % 4], hostKeys[(i + i / 4) % 4], ciphers[i % 6], macs[(i + i / 6) % 4]);
        return data;
    }

    [Theory, MemberData(nameof(Suites))]
    public async Task Handshake_AnyOfferedSuite_EchoesData(string exchange, string hostKey, string cipher, string mac)
    {
        using var client = await ConnectAsync(new() { KeyExchange = exchange, HostKey = hostKey, Cipher = cipher, Mac = mac });
        await client.LogInAsync(fixture.UserKey);
        var (channel, _) = await client.OpenAsync();
        await client.ExecAsync(channel, "echo");
        await client.RekeyAsync();
        await client.SendAsync(RawClient.Data(channel, "some text"u8.ToArray()));
        await client.SendAsync(Message.Channel(MessageNumber.ChannelEof, channel));
        var (output, _, status) = await client.ReadToCloseAsync();
        Assert.Equal("some text"u8.ToArray(), output);
        Assert.Equal(0, status);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("SSH-1.5-old\r\n")]
    [InlineData("\r\n")]
    public async Task Version_NotSsh2_IsRefused(string line)
    {
        using var client = await ConnectAsync();
        await client.SendBytesAsync(Encoding.ASCII.GetBytes(line));
        await client.ReadVersionAsync();
        await client.ExpectDisconnectAsync(DisconnectReason.VersionNotSupported);
    }

    [Fact]
    public async Task Version_LongerThan255_IsRefused()
    {
        using var client = await ConnectAsync();
        await client.SendBytesAsync(Encoding.ASCII.GetBytes("SSH-2.0-" + new string('x', 400)));
        await client.ReadVersionAsync();
        await client.ExpectDisconnectAsync(DisconnectReason.VersionNotSupported);
    }

    [Fact]
    public async Task Version_WithoutCarriageReturnOctetByOctet_IsAccepted()
    {
        using var client = await ConnectAsync();
        foreach (var letter in RawClient.Version + "\n") await client.SendBytesAsync(new[] { (byte)letter });
        await client.ReadVersionAsync();
        await client.LogInAsync(fixture.UserKey);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(13u)]
    [InlineData(35_004u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0x80000000u)]
    [InlineData(0xffffffffu)]
    public async Task Packet_LengthOutOfRange_IsRefusedBeforeItIsBuffered(uint length)
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        await client.SendBytesAsync(new byte[] { (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(255)]
    public async Task Packet_PaddingOutOfRange_IsRefused(byte padding)
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        await client.SendBytesAsync(new byte[] { 0, 0, 0, 12, padding, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(MessageNumber.Ignore)]
    [InlineData(MessageNumber.Debug)]
    public async Task StrictKex_MessageBeforeKexInit_Disconnects(byte number)
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        await client.SendAsync([number, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        await client.SendAsync(client.CreateKexInit());
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(MessageNumber.Ignore)]
    [InlineData(MessageNumber.Debug)]
    [InlineData(MessageNumber.Unimplemented)]
    [InlineData(MessageNumber.ExtInfo)]
    public async Task StrictKex_MessageBeforeNewKeys_Disconnects(byte number)
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        await client.SendAsync(client.CreateKexInit());
        await client.SendAsync([number, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task PlainKex_IgnoreBeforeNewKeys_IsAccepted()
    {
        using var client = await ConnectAsync(new() { Strict = false });
        await client.GreetAsync();
        await client.SendAsync([MessageNumber.Ignore, 0, 0, 0, 0]);
        await client.LogInAsync(fixture.UserKey);
    }

    [Fact]
    public async Task KexInit_ServersFirst_AnnouncesStrictKeyExchangeAndNoSha1()
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        var message = Protocol.KeyExchange.KexInitMessage.Parse(await client.ExpectAsync(MessageNumber.KexInit));
        Assert.Contains("kex-strict-s-v00@openssh.com", message.KeyExchanges);
        Assert.Equal("mlkem768x25519-sha256", message.KeyExchanges[0]);
        Assert.Equal(["none"], message.CompressionsOut);
        Assert.DoesNotContain(message.KeyExchanges.Concat(message.HostKeys).Concat(message.MacsIn), name => name.Contains("sha1") || name == "ssh-rsa");
        Assert.DoesNotContain(message.CiphersIn, name => name.Contains("cbc"));
    }

    [Fact]
    public async Task KexInit_NothingInCommon_Disconnects()
    {
        using var client = await ConnectAsync(new() { KeyExchange = "diffie-hellman-group1-sha1" });
        await client.GreetAsync();
        await client.SendAsync(client.CreateKexInit());
        await client.ExpectDisconnectAsync(DisconnectReason.KeyExchangeFailed);
    }

    [Fact]
    public async Task KexInit_WrongGuess_NextPacketIsDiscarded()
    {
        using var client = await ConnectAsync(new() { FirstPacketFollows = true, Strict = false });
        await client.GreetAsync();
        var own = client.CreateKexInit();
        await client.SendAsync(own);
        await client.SendAsync([34, 0, 0, 0, 1]);
        await client.AnswerFirstAsync(own);
    }

    [Theory]
    [InlineData("curve25519-sha256", 32, 0)]
    [InlineData("curve25519-sha256", 31, 1)]
    [InlineData("curve25519-sha256", 33, 1)]
    [InlineData("ecdh-sha2-nistp256", 65, 4)]
    [InlineData("ecdh-sha2-nistp256", 33, 2)]
    [InlineData("mlkem768x25519-sha256", 1216, 255)]
    [InlineData("mlkem768x25519-sha256", 1215, 1)]
    public async Task KexHalf_NotOne_Disconnects(string exchange, int length, byte fill)
    {
        using var client = await ConnectAsync(new() { KeyExchange = exchange });
        await client.GreetAsync();
        await client.SendAsync(client.CreateKexInit());
        var half = Enumerable.Repeat(fill, length).ToArray();
        await client.SendAsync(MessageNumber.KexEcdhInit, half, static (writer, half) => writer.WriteString(half));
        await client.ExpectDisconnectAsync(DisconnectReason.KeyExchangeFailed);
    }

    [Fact]
    public async Task Kex_NewKeysBeforeExchange_Disconnects()
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        await client.SendAsync(client.CreateKexInit());
        await client.SendAsync([MessageNumber.NewKeys]);
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Kex_TwoKexInits_Disconnects()
    {
        using var client = await (await ConnectAsync()).GreetAsync();
        await client.SendAsync(client.CreateKexInit());
        await client.SendAsync(client.CreateKexInit());
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task ExtInfo_FirstExchange_IsTheFirstPacketAndListsWhatIsVerified()
    {
        using var client = await (await ConnectAsync()).ExchangeKeysAsync();
        var payload = await client.ReadAsync();
        Assert.NotNull(payload);
        Assert.Equal(MessageNumber.ExtInfo, payload[0]);
        var text = Encoding.ASCII.GetString(payload);
        Assert.Contains("server-sig-algs", text);
        Assert.EndsWith(Protocol.Authentication.UserKeyAlgorithm.Names, text);
    }

    [Theory]
    [InlineData(CipherSuite.Aes256Gcm, "hmac-sha2-256")]
    [InlineData(CipherSuite.ChaCha, "hmac-sha2-256")]
    [InlineData("aes256-ctr", "hmac-sha2-256-etm@openssh.com")]
    [InlineData("aes128-ctr", "hmac-sha2-512")]
    public async Task Packet_AnyBitFlippedAfterTheLength_FailsTheIntegrityCheck(string cipher, string mac)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            using var client = await (await ConnectAsync(new() { Cipher = cipher, Mac = mac })).ExchangeKeysAsync();
            var frame = client.Frame(Message.Create(MessageNumber.ServiceRequest, 0, static (writer, _) => writer.WriteString("ssh-userauth")));
            var at = 16 + (frame.Length - 17) * bit / 7;
            frame[at] ^= (byte)(1 << bit);
            await client.SendBytesAsync(frame);
            await client.ExpectDisconnectAsync(DisconnectReason.MacError);
        }
    }

    [Fact]
    public async Task Handshake_CutAtEachOctet_LeavesNothingBehind()
    {
        byte[] script;
        using (var model = await ConnectAsync())
        {
            await model.GreetAsync();
            script = [.. Encoding.ASCII.GetBytes(RawClient.Version + "\r\n"), .. model.Frame(model.CreateKexInit())];
        }

        for (var length = 0; length < script.Length; length += length < 40 ? 1 : 7)
        {
            using var client = await ConnectAsync();
            await client.SendBytesAsync(script.AsMemory(0, length));
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await client.ReadToEndAsync();
        }

        using var last = await (await ConnectAsync()).LogInAsync(fixture.UserKey);
    }

    [Fact]
    public async Task AnyMessage_BeforeTheKeys_EndsOrIsIgnored()
    {
        for (var number = 0; number < 256; number++)
        {
            if (number is MessageNumber.KexInit or MessageNumber.Disconnect) continue;
            using var client = await (await ConnectAsync()).GreetAsync();
            await client.SendAsync([(byte)number, 0, 0, 0, 0, 0, 0, 0, 0]);
            await client.SendAsync(client.CreateKexInit());
            await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
        }
    }
}
