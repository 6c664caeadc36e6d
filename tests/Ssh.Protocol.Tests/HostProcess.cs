using System.Diagnostics;
using System.Globalization;
using System.Text;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

namespace Granary.Frontends.Ssh.Protocol.Tests;

/// <summary>The test host in a process of its own: clients and other tests have their heap here.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Ed25519HostKey _userKey;
    private Process? _process;

    private HostProcess(Ed25519HostKey userKey) => _userKey = userKey;

    public int Port { get; private set; }

    public int ProcessId => _process!.Id;

    /// <param name="userKey">Who may log in.</param>
    /// <param name="settings">As on a command line, <c>--Granary:Ssh:RekeyBytes=1048576</c>.</param>
    public static async Task<HostProcess> StartAsync(Ed25519HostKey userKey, params string[] settings)
    {
        var host = new HostProcess(userKey);
        await File.WriteAllTextAsync(host._folder["authorized"], $"ssh-ed25519 {Convert.ToBase64String(userKey.PublicBlob)} test");
        host._process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [typeof(TestServer).Assembly.Location, "0", host._folder["keys"], host._folder["authorized"], .. settings, "--Logging:LogLevel:Default=None"])
        {
            RedirectStandardOutput = true,
        })!;
        while (await host._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("listening on ", StringComparison.Ordinal)) continue;
            host.Port = int.Parse(line["listening on ".Length..], CultureInfo.InvariantCulture);
            return host;
        }

        host.Dispose();
        throw new InvalidOperationException("The host did not start.");
    }

    /// <summary>Octets in use after a collection.</summary>
    public async Task<long> MeasureHeapAsync()
    {
        using var client = await (await RawClient.ConnectAsync(Port)).LogInAsync(_userKey);
        await client.ExecAsync((await client.OpenAsync()).Id, "heap");
        return long.Parse(Encoding.ASCII.GetString((await client.ReadToCloseAsync()).Output), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _folder.Dispose();
    }
}
