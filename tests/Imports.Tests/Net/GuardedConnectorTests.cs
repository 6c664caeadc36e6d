using System.Net;
using System.Net.Sockets;
using Granary.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Granary.Imports.Tests.Net;

/// <summary>The address really connected to counts, whatever the name or the form it was written in.</summary>
public sealed class GuardedConnectorTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public GuardedConnectorTests() => _server.Start();

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("017700000001")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("0")]
    public async Task Connect_AnyFormOfLoopback_IsRefusedAndNotConnected(string host)
    {
        var connector = new GuardedConnector(new AddressRules([]), NullLogger.Instance);
        using var client = new HttpMessageInvoker(connector.CreateHandler(TimeSpan.FromSeconds(10)));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{Port}/");
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.IsType<AddressRefusedException>(fault.InnerException);
        Assert.False(_server.Pending());
    }

    [Fact]
    public async Task Connect_NameThatLeadsElsewhereTheSecondTime_IsJudgedEachTime()
    {
        var answers = new Queue<string>(["127.0.0.1", "127.0.0.2"]);
        var connector = new GuardedConnector(
            new AddressRules(["127.0.0.1/32"]), NullLogger.Instance, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        await using (var stream = await connector.ConnectAsync(new DnsEndPoint("rebinding.test", Port), TestContext.Current.CancellationToken))
            Assert.True(_server.Pending());
        await Assert.ThrowsAsync<AddressRefusedException>(
            () => connector.ConnectAsync(new DnsEndPoint("rebinding.test", Port), TestContext.Current.CancellationToken).AsTask());
        Assert.Empty(answers);
    }

    [Fact]
    public async Task Connect_NameWithGoodAndBadAddresses_UsesTheGoodOnly()
    {
        var connector = new GuardedConnector(
            new AddressRules(["127.0.0.1/32"]), NullLogger.Instance,
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.3"), IPAddress.IPv6Loopback, IPAddress.Loopback]));
        await using var stream = await connector.ConnectAsync(new DnsEndPoint("mixed.test", Port), TestContext.Current.CancellationToken);
        using var accepted = await _server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)accepted.LocalEndPoint!).Address);
    }

    public void Dispose() => _server.Dispose();
}
