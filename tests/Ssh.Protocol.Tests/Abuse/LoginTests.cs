using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Tests.Abuse;

/// <summary>Rule 7, one case a sentence.</summary>
public sealed class LoginTests(ServerFixture fixture)
{
    private async Task<RawClient> ConnectAsync()
    {
        var client = await (await RawClient.ConnectAsync(fixture.Server.Port)).ExchangeKeysAsync();
        await client.RequestServiceAsync();
        return client;
    }

    [Fact]
    public async Task None_Asked_ListsPublicKeyOnly()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(MessageNumber.UserAuthRequest, "none", WriteMethod);
        var failure = await client.ExpectAsync(MessageNumber.UserAuthFailure);
        Assert.Equal("publickey"u8.ToArray(), failure[5..14]);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("keyboard-interactive")]
    [InlineData("hostbased")]
    public async Task OtherMethod_Asked_IsRefused(string method)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(MessageNumber.UserAuthRequest, method, WriteMethod);
        await client.ExpectAsync(MessageNumber.UserAuthFailure);
    }

    [Fact]
    public async Task Query_KnownKey_EchoesAlgorithmAndKeyForAnyUser()
    {
        using var client = await ConnectAsync();
        foreach (var user in new[] { "git", "nobody", "" })
        {
            await client.SendAsync(RawClient.Login(user, "ssh-ed25519", fixture.UserKey.PublicBlob, signed: false));
            var answer = await client.ExpectAsync(MessageNumber.UserAuthPkOk);
            Assert.Equal(fixture.UserKey.PublicBlob, answer[^fixture.UserKey.PublicBlob.Length..]);
        }
    }

    [Fact]
    public async Task QueryA_SignB_TheIdentityIsNeverThatOfTheQuery()
    {
        using var other = Ed25519HostKey.Create();
        using var client = await ConnectAsync();
        await client.SendAsync(RawClient.Login("git", "ssh-ed25519", fixture.UserKey.PublicBlob, signed: false));
        await client.ExpectAsync(MessageNumber.UserAuthPkOk);
        await client.SendAsync(client.SignedLogin(other));
        await client.ExpectAsync(MessageNumber.UserAuthFailure);

        // A's key with a signature by B.
        var request = RawClient.Login("git", "ssh-ed25519", fixture.UserKey.PublicBlob, signed: true);
        await client.SendAsync(RawClient.WithSignature(request, other.Sign("ssh-ed25519", client.SignedData(request))));
        await client.ExpectAsync(MessageNumber.UserAuthFailure);
        Assert.DoesNotContain(fixture.Server.Connections.List(), line => line.Peer.Port == ((System.Net.IPEndPoint)client.Socket.LocalEndPoint!).Port && line.Identity is not null);
    }

    [Fact]
    public async Task Signature_OfAnotherSession_IsRefused()
    {
        using var first = await ConnectAsync();
        using var second = await ConnectAsync();
        await second.SendAsync(first.SignedLogin(fixture.UserKey));
        await second.ExpectAsync(MessageNumber.UserAuthFailure);
    }

    [Fact]
    public async Task Signature_ForAnotherUserName_IsRefused()
    {
        using var client = await ConnectAsync();
        var signed = RawClient.Login("git", "ssh-ed25519", fixture.UserKey.PublicBlob, signed: true);
        var sent = RawClient.Login("root", "ssh-ed25519", fixture.UserKey.PublicBlob, signed: true);
        await client.SendAsync(RawClient.WithSignature(sent, fixture.UserKey.Sign("ssh-ed25519", client.SignedData(signed))));
        await client.ExpectAsync(MessageNumber.UserAuthFailure);
    }

    [Fact]
    public async Task Algorithm_OfAnotherKeyType_IsRefused()
    {
        using var client = await ConnectAsync();
        foreach (var algorithm in new[] { "rsa-sha2-512", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com", "ssh-rsa", "ssh-dss", "unknown" })
        {
            await client.SendAsync(client.SignedLogin(fixture.UserKey, algorithm: algorithm));
            await client.ExpectAsync(MessageNumber.UserAuthFailure);
            if (algorithm == "ssh-rsa") continue;
        }
    }

    [Fact]
    public async Task SignatureName_NotTheRequests_IsRefused()
    {
        using var client = await ConnectAsync();
        var request = RawClient.Login("git", "ssh-ed25519", fixture.UserKey.PublicBlob, signed: true);
        var signature = fixture.UserKey.Sign("ssh-ed25519", client.SignedData(request));
        var renamed = Blobs.Signature("rsa-sha2-256", signature[^64..]);
        await client.SendAsync(RawClient.WithSignature(request, renamed));
        await client.ExpectAsync(MessageNumber.UserAuthFailure);
    }

    [Fact]
    public async Task Request_WithMoreAfterTheSignature_Disconnects()
    {
        using var client = await ConnectAsync();
        await client.SendAsync([.. client.SignedLogin(fixture.UserKey), 0]);
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Signatures_RefusedSixTimes_Disconnects()
    {
        using var other = Ed25519HostKey.Create();
        using var client = await ConnectAsync();
        for (var i = 0; i < 6; i++) await client.SendAsync(client.SignedLogin(other));
        await client.ExpectDisconnectAsync(DisconnectReason.NoMoreAuthenticationMethods);
    }

    [Fact]
    public async Task Queries_ManyKeysOfAnAgent_DoNotCountAsFailures()
    {
        using var client = await ConnectAsync();
        for (var i = 0; i < 19; i++)
        {
            using var other = Ed25519HostKey.Create();
            await client.SendAsync(RawClient.Login("git", "ssh-ed25519", other.PublicBlob, signed: false));
            await client.ExpectAsync(MessageNumber.UserAuthFailure);
        }

        await client.SendAsync(client.SignedLogin(fixture.UserKey));
        await client.ExpectAsync(MessageNumber.UserAuthSuccess);
    }

    [Fact]
    public async Task Requests_MoreThanTwenty_Disconnects()
    {
        using var client = await ConnectAsync();
        for (var i = 0; i < 21; i++) await client.SendAsync(RawClient.Login("git", "unknown", fixture.UserKey.PublicBlob, signed: false));
        await client.ExpectDisconnectAsync(DisconnectReason.NoMoreAuthenticationMethods);
    }

    [Fact]
    public async Task Request_AfterTheSuccess_IsIgnored()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(client.SignedLogin(fixture.UserKey));
        await client.ExpectAsync(MessageNumber.UserAuthSuccess);
        await client.SendAsync(client.SignedLogin(fixture.UserKey));
        await client.PingAsync();
    }

    [Fact]
    public async Task Request_BeforeItsService_Disconnects()
    {
        using var client = await (await RawClient.ConnectAsync(fixture.Server.Port)).ExchangeKeysAsync();
        await client.SendAsync(client.SignedLogin(fixture.UserKey));
        await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Service_Unknown_Disconnects()
    {
        using var client = await (await RawClient.ConnectAsync(fixture.Server.Port)).ExchangeKeysAsync();
        await client.SendAsync(MessageNumber.ServiceRequest, 0, static (writer, _) => writer.WriteString("ssh-connection"));
        await client.ExpectDisconnectAsync(DisconnectReason.ServiceNotAvailable);
    }

    [Fact]
    public async Task AnyMessage_Numbered80OrMoreBeforeTheLogin_Disconnects()
    {
        for (var number = 80; number < 256; number += number < 101 ? 1 : 17)
        {
            using var client = await ConnectAsync();
            await client.SendAsync([(byte)number, 0, 0, 0, 0, 0, 0, 0, 0]);
            await client.ExpectDisconnectAsync(DisconnectReason.ProtocolError);
        }
    }

    [Fact]
    public async Task AnyMessage_UnknownBelow80_IsAnsweredAsUnimplemented()
    {
        using var client = await ConnectAsync();
        foreach (var number in new byte[] { 8, 19, 22, 29, 51, 52, 60, 79 })
        {
            var sequence = client.Sequence;
            await client.SendAsync([number, 1, 2, 3]);
            var answer = await client.ExpectAsync(MessageNumber.Unimplemented);
            Assert.Equal(sequence, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(1)));
        }
    }

    [Fact]
    public async Task Rsa_OfAbsurdSize_IsRefusedAtOnce()
    {
        using var client = await ConnectAsync();
        var modulus = RandomNumberGenerator.GetBytes(4000);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        var blob = Blobs.Create(modulus, static (writer, modulus) =>
        {
            writer.WriteString("ssh-rsa");
            writer.WriteMpint([1, 0, 1]);
            writer.WriteMpint(modulus);
        });
        var request = RawClient.Login("git", "rsa-sha2-512", blob, signed: true);
        await client.SendAsync(RawClient.WithSignature(request, Blobs.Signature("rsa-sha2-512", modulus)));
        await client.ExpectAsync(MessageNumber.UserAuthFailure);
    }

    private static void WriteMethod(SshWriter writer, string method)
    {
        writer.WriteString("git");
        writer.WriteString("ssh-connection");
        writer.WriteString(method);
        writer.WriteBoolean(false);
        writer.WriteString("x");
    }
}
