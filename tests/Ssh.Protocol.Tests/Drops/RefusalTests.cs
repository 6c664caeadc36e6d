using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;

namespace Granary.Frontends.Ssh.Protocol.Tests.Drops;

/// <summary>Limits within a connection: what passes one is refused and counted at <c>/metrics</c>, and the connection lives on.</summary>
[Collection(DropServers.Name)]
public sealed class RefusalTests(DropServers servers)
{
    [Fact]
    public async Task Channels_OneTooMany_IsCounted()
    {
        using var client = await LogInAsync(servers.Numbers);
        for (var i = 0u; i < 2; i++) await client.OpenAsync(ownId: i);
        await client.SendOpenAsync(ownId: 9);
        await client.ExpectAsync(MessageNumber.ChannelOpenFailure);
        await AssertCountedAsync(servers.Numbers, ChannelLimit.Channels, 1);
        await Metrics.UntilAsync(servers.Numbers, "two channels are open", static now => now.Sum("granary_ssh_channels") == 2);
        await client.PingAsync();
    }

    [Fact]
    public async Task Environment_TooLongAndTooMany_IsCounted()
    {
        using var client = await LogInAsync(servers.Numbers);
        var (channel, _) = await client.OpenAsync();
        foreach (var value in (string[])[new string('v', 100), "C", "D"]) await client.SendAsync(RawClient.ChannelRequest(channel, "env", false, "LC_ALL", value));
        await client.PingAsync();
        await AssertCountedAsync(servers.Numbers, ChannelLimit.Environment, 2);
    }

    [Fact]
    public async Task CommandLine_TooLong_IsCounted()
    {
        using var client = await LogInAsync(servers.Numbers);
        var (channel, _) = await client.OpenAsync();
        await client.SendAsync(RawClient.ChannelRequest(channel, "exec", true, new string('x', 101)));
        await client.ExpectAsync(MessageNumber.ChannelFailure);
        await AssertCountedAsync(servers.Numbers, ChannelLimit.CommandLine, 1);
    }

    [Fact]
    public async Task WriteStall_OfAChannel_IsCountedOnceAndLoggedWithTheAddress()
    {
        using var client = await LogInAsync(servers.Times);
        await servers.FetchAsync(client, window: 1000);
        byte[]? payload;
        while ((payload = await client.ReadAsync()) is not null && payload[0] != MessageNumber.ChannelClose)
        {
            if (payload[0] == MessageNumber.GlobalRequest) await client.SendAsync([MessageNumber.RequestFailure]);
        }

        Assert.NotNull(payload);
        await client.PingAsync();
        await AssertCountedAsync(servers.Times, ChannelLimit.WriteStall, 1);
        await Until.HoldsAsync("the log has its line", () => servers.Times.Output.Contains(
            $"from {client.Socket.LocalEndPoint}: a channel is closed because the client takes nothing", StringComparison.Ordinal));
    }

    private async Task<RawClient> LogInAsync(GranaryServer server) => await (await RawClient.ConnectAsync(server.SshPort)).LogInAsync(servers.Key);

    private static Task AssertCountedAsync(GranaryServer server, ChannelLimit limit, int count) => Metrics.UntilAsync(
        server, $"{limit} is counted", now => now.Sum("granary_ssh_refusals_total", ("limit", limit.ToString())) == count);
}
