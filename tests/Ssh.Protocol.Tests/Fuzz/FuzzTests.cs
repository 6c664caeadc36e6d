using System.Buffers;
using System.Text;
using Granary.Frontends.Ssh.Protocol.Authentication;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Proxy;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;

namespace Granary.Frontends.Ssh.Protocol.Tests.Fuzz;

/// <summary>Whatever comes in, only the protocol's own exception may come out. Fixed seeds, a fixed number of rounds.</summary>
public sealed class FuzzTests(ServerFixture fixture)
{
    [Theory, MemberData(nameof(Packets.CipherTests.Suites), MemberType = typeof(Packets.CipherTests))]
    public void PacketParser_EachCipher_ThrowsOnlyItsOwn(string cipher, string mac)
    {
        var random = new Random(11);
        var suite = new CipherSuite(cipher, mac);
        var key = new byte[64];
        using var framer = new PacketFramer();
        framer.UseKeys(Create(), resetSequence: true);
        var buffer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 4; i++) framer.Write(buffer, new byte[random.Next(1, 200)], default);
        var model = buffer.WrittenSpan.ToArray();
        var refused = 0;
        for (var round = 0; round < Mutation.Rounds(3000); round++)
        {
            using var reader = new PacketReader();
            reader.UseKeys(Create(), resetSequence: true);
            var sequence = new ReadOnlySequence<byte>(Mutation.Of(model, random));
            try
            {
                while (reader.TryRead(ref sequence, out _))
                {
                }
            }
            catch (SshProtocolException)
            {
                refused++;
            }
        }

        Assert.True(refused > 1000, $"only {refused} were refused");

        PacketCipher Create() => suite.Create(key.AsSpan(0, suite.KeySize), key.AsSpan(0, suite.IvSize), key.AsSpan(0, suite.MacKeySize));
    }

    [Fact]
    public void PlainPackets_AndVersionLines_ThrowOnlyTheirOwn()
    {
        using var framer = new PacketFramer();
        var buffer = new ArrayBufferWriter<byte>();
        framer.Write(buffer, KexInitMessage.Create(AlgorithmLists.Of(SshProfile.Compatible), ["ssh-ed25519"], first: true), default);
        var model = buffer.WrittenSpan.ToArray();
        Run(model, data =>
        {
            using var reader = new PacketReader();
            var sequence = new ReadOnlySequence<byte>(data);
            while (reader.TryRead(ref sequence, out _))
            {
            }
        });
        Run(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), data =>
        {
            var sequence = new ReadOnlySequence<byte>(data);
            VersionLine.TryRead(ref sequence, out _);
        });
        Run([.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], data =>
        {
            var sequence = new ReadOnlySequence<byte>(data);
            ProxyHeader.TryRead(ref sequence, out _);
        });
    }

    [Fact]
    public void KexInit_ParsedAndNegotiated_ThrowsOnlyItsOwn()
    {
        var lists = AlgorithmLists.Of(SshProfile.Compatible);
        Run(KexInitMessage.Create(lists, lists.HostKeys, first: true), data => Negotiation.Between(KexInitMessage.Parse(data), lists, lists.HostKeys));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public void LoginRequest_KeyAndSignatureBlobs_ThrowOnlyTheirOwn(string type)
    {
        using var key = HostKeys.OpenSshKeyFileTests.Create(type);
        var request = RawClient.Login("git", key.Algorithms[0], key.PublicBlob, signed: true);
        var session = new byte[32];
        var model = RawClient.WithSignature(request, key.Sign(key.Algorithms[0], session));
        Run(model, data => PublicKeyRequest.Parse(data, out _)?.VerifySignature(session), type == "rsa" ? 1500 : 5000);
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("sk-ssh-ed25519@openssh.com")]
    [InlineData("ecdsa-sha2-nistp521")]
    [InlineData("sk-ecdsa-sha2-nistp256@openssh.com")]
    [InlineData("rsa-sha2-512")]
    public void Verifiers_AnyBlobs_ThrowOnlyTheirOwn(string algorithm)
    {
        var verifier = UserKeyAlgorithm.Find(algorithm)!.Verifier;
        var random = new Random(13);
        byte[] model = [0, 0, 0, 8, .. "nistp256"u8, 0, 0, 0, 65, 4, .. new byte[64], 0, 0, 0, 4, .. "ssh:"u8];
        Run(model, data => verifier.Verify(new SshReader(data), new SshReader(Mutation.Of(model, random)), data));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public void KeyFile_ContentChanged_ThrowsOnlyItsOwn(string type)
    {
        using var key = HostKeys.OpenSshKeyFileTests.Create(type);
        var text = OpenSshKeyFile.Format(key, "x");
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var content = Convert.FromBase64String(string.Concat(lines[1..^1]));
        var random = new Random(17);
        for (var round = 0; round < Mutation.Rounds(type == "rsa" ? 300 : 3000); round++)
        {
            var changed = round % 4 == 0
                ? Encoding.Latin1.GetString(Mutation.Of(Encoding.Latin1.GetBytes(text), random))
                : $"{lines[0]}\n{Convert.ToBase64String(Mutation.Of(content, random))}\n{lines[^1]}\n";
            try
            {
                OpenSshKeyFile.Parse(changed).Dispose();
            }
            catch (SshKeyFormatException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public async Task Session_AnyMessages_EndOnlyTheirConnection()
    {
        var random = new Random(19);
        byte[][] models =
        [
            RawClient.ChannelRequest(0, "exec", true, "source 10"),
            RawClient.ChannelRequest(0, "env", true, "GIT_PROTOCOL", "version=2"),
            RawClient.Data(0, new byte[20]),
            RawClient.Adjust(0, 1000),
            Message.Channel(MessageNumber.ChannelEof, 0),
            Message.Channel(MessageNumber.ChannelClose, 0),
            Message.Create(MessageNumber.ChannelOpen, 0, static (writer, _) =>
            {
                writer.WriteString("session");
                writer.WriteUInt32(3);
                writer.WriteUInt32(1000);
                writer.WriteUInt32(1000);
            }),
            Message.Create(MessageNumber.GlobalRequest, 0, static (writer, _) =>
            {
                writer.WriteString("tcpip-forward");
                writer.WriteBoolean(true);
            }),
            [MessageNumber.ServiceRequest, 0, 0, 0, 12, .. "ssh-userauth"u8],
            KexInitMessage.Create(AlgorithmLists.Of(SshProfile.Compatible), ["ssh-ed25519"], first: false),
        ];
        for (var round = 0; round < Mutation.Rounds(150); round++)
        {
            using var client = await (await RawClient.ConnectAsync(fixture.Server.Port)).LogInAsync(fixture.UserKey);
            await client.OpenAsync();
            try
            {
                for (var i = 0; i < 20; i++) await client.SendAsync(Mutation.Of(models[random.Next(models.Length)], random));
                client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                await client.ReadToEndAsync();
            }
            catch (IOException)
            {
                // The server has had enough.
            }
            catch (System.Net.Sockets.SocketException)
            {
                // So here.
            }
        }

        using var last = await (await RawClient.ConnectAsync(fixture.Server.Port)).LogInAsync(fixture.UserKey);
        await last.PingAsync();
        Assert.Equal(0, fixture.Server.Faults);
    }

    private static void Run(byte[] model, Action<byte[]> target, int rounds = 5000)
    {
        var random = new Random(model.Length);
        for (var round = 0; round < Mutation.Rounds(rounds); round++)
        {
            try
            {
                target(Mutation.Of(model, random));
            }
            catch (SshProtocolException)
            {
                // As it should be.
            }
        }
    }
}
