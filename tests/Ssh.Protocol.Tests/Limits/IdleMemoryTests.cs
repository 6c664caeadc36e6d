namespace Granary.Frontends.Ssh.Protocol.Tests.Limits;

public sealed class IdleMemoryTests(ServerFixture fixture)
{
    [Fact]
    public async Task IdleConnections_TwoHundred_CostLessThan20KilobytesOfHeapEach()
    {
        const int Count = 200;
        using var host = await HostProcess.StartAsync(fixture.UserKey, "--Granary:Ssh:StartupsPerAddress=1000");
        var clients = new List<RawClient>();
        try
        {
            await host.MeasureHeapAsync();
            var before = await host.MeasureHeapAsync();
            for (var i = 0; i < Count; i++) clients.Add(await (await RawClient.ConnectAsync(host.Port)).LogInAsync(fixture.UserKey));
            var each = (await host.MeasureHeapAsync() - before) / Count;
            TestContext.Current.TestOutputHelper?.WriteLine($"{each} octets of heap a connection");
            Assert.True(each < 20 << 10, $"{each} octets a connection");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
