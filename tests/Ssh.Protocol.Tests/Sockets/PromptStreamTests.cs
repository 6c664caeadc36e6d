using System.Net;
using System.Net.Sockets;
using Granary.Frontends.Ssh.Protocol.Sockets;

namespace Granary.Frontends.Ssh.Protocol.Tests.Sockets;

public sealed class PromptStreamTests
{
    private const int TcpLevel = 6;
    private const int QuickAcknowledgement = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_OfNothing_AsksForAcknowledgementAtOnce()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, Cancel);
        using var server = await listener.AcceptAsync(Cancel);
        await using var stream = new PromptStream(server);
        for (var i = 0; i < 32; i++)
        {
            server.SetRawSocketOption(TcpLevel, QuickAcknowledgement, [0, 0, 0, 0]);
            await client.SendAsync(new byte[] { (byte)i }, Cancel);
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancel));
            Assert.True(IsPrompt(server));
            var one = new byte[1];
            Assert.Equal(1, await stream.ReadAsync(one, Cancel));
            Assert.Equal(i, one[0]);
        }
    }

    [Fact]
    public async Task ReadAsync_OfAClosedSocket_FailsAsAnySocketsDoes()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(socket.LocalEndPoint!, Cancel);
        using var server = await socket.AcceptAsync(Cancel);
        await using var stream = new PromptStream(server);
        server.Close();
        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancel)));
    }

    private static bool IsPrompt(Socket socket)
    {
        var value = new byte[4];
        socket.GetRawSocketOption(TcpLevel, QuickAcknowledgement, value);
        return value.AsSpan().ContainsAnyExcept((byte)0);
    }
}
