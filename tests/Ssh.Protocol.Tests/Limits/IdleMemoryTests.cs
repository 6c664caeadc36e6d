using System.Diagnostics;
using System.Globalization;
using System.Text;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

namespace Granary.Frontends.Ssh.Protocol.Tests.Limits;

public sealed class IdleMemoryTests(ServerFixture fixture)
{
    [Fact]
    public async Task IdleConnections_TwoHundred_CostLessThan20KilobytesOfHeapEach()
    {
        const int Count = 200;
        using var host = await StartHostAsync();
        var clients = new List<RawClient>();
        try
        {
            await MeasureAsync(host.Port);
            var before = await MeasureAsync(host.Port);
            for (var i = 0; i < Count; i++) clients.Add(await (await RawClient.ConnectAsync(host.Port)).LogInAsync(fixture.UserKey));
            var each = (await MeasureAsync(host.Port) - before) / Count;
            TestContext.Current.TestOutputHelper?.WriteLine($"{each} octets of heap a connection");
            Assert.True(each < 20 << 10, $"{each} octets a connection");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private async Task<long> MeasureAsync(int port)
    {
        using var client = await (await RawClient.ConnectAsync(port)).LogInAsync(fixture.UserKey);
        await client.ExecAsync((await client.OpenAsync()).Id, "heap");
        return long.Parse(Encoding.ASCII.GetString((await client.ReadToCloseAsync()).Output), CultureInfo.InvariantCulture);
    }

    /// <summary>In a process of its own: clients and other tests have their heap here.</summary>
    private async Task<HostProcess> StartHostAsync()
    {
        var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["authorized"], fixture.UserKeyLine);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(TestServer).Assembly.Location, "0", folder["keys"], folder["authorized"], "--Granary:Ssh:StartupsPerAddress=1000", "--Logging:LogLevel:Default=None" })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
                return new HostProcess(process, folder, int.Parse(line["listening on ".Length..], CultureInfo.InvariantCulture));
        }

        throw new InvalidOperationException("The host did not start.");
    }

    private sealed record HostProcess(Process Process, TemporaryFolder Folder, int Port) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill();
            Process.WaitForExit();
            Process.Dispose();
            Folder.Dispose();
        }
    }
}
