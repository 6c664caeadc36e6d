using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Starts that must not succeed say why, in a sentence and with exit status 1.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task SecondProcess_OnTheDataOfARunningOne_IsRefused()
    {
        await using var server = await GranaryServer.StartAsync();
        var second = await ServerRun.OfAsync(
            _folder, ("Granary:DataPath", server.DataPath), ("Granary:Http:Port", FreePort()), ("Granary:Rpc:Port", FreePort()));
        Assert.Equal(1, second.ExitCode);
        Assert.Equal(
            $"The data in {server.DataPath} is in use by another process; stop that one first, or choose another Granary:DataPath.",
            second.Error.Trim());
        Assert.Equal("", second.Output);

        // And the first is none the worse for it.
        await server.Admin.CreateProjectAsync("STILL");
    }

    [Theory]
    [InlineData("Http", "Rpc")]
    [InlineData("Rpc", "Http")]
    public async Task PortInUse_OnStart_IsSaidPlainly(string taken, string free)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = PortOf(listener);
        var run = await ServerRun.OfAsync(
            _folder, ("Granary:DataPath", _folder["data"]), ($"Granary:{taken}:Port", port), ($"Granary:{free}:Port", FreePort()));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"Port {port} on 127.0.0.1 is in use by another program; choose another Granary:{taken}:Port.", run.Error.Trim());
    }

    [Fact]
    public async Task InvalidConfiguration_OnStart_ListsEveryFaultWithItsKey()
    {
        (string Key, string Value)[] settings =
        [
            ("Granary:Http:Port", "70000"),
            ("Granary:Rpc:Address", "nowhere"),
            ("Granary:Http:Tls:CertificatePath", _folder["missing.pem"]),
            ("Granary:PublicUrl", "granary"),
            ("Granary:Shutdown:DrainTimeout", "soon"),
            ("Granary:Http:BodyIdleTimeout", "-00:00:01"),
            ("Granary:Http:TrustedProxies:0", "proxy"),
            ("Granary:Protocol:MaxRefsPerPush", "0"),
            ("Granary:Git:MaxProcesses", "0"),
            ("Granary:Git:Executable", _folder["missing-git"]),
            ("Granary:Accounts:FreeFailuresPerUser", "0"),
            ("Granary:Rpc:ListParallelism", "0"),
            ("Granary:Rpc:MaxStreamsPerConnection", "0"),
            ("Granary:Repositories:UndoPeriod", "-1.00:00:00"),
        ];
        var run = await ServerRun.OfAsync(_folder, settings.Append(("Granary:DataPath", _folder["data"])));
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("The configuration has faults:", run.Error, StringComparison.Ordinal);
        Assert.All(settings, s => Assert.Contains(s.Key.Replace(":0", "", StringComparison.Ordinal), run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]), "A faulty configuration made the data folder.");
    }

    [Fact]
    public async Task CertificateThatIsNone_OnStart_IsSaidPlainly()
    {
        await File.WriteAllTextAsync(_folder["bad.pem"], "no certificate");
        var run = await ServerRun.OfAsync(
            _folder, ("Granary:DataPath", _folder["data"]), ("Granary:Http:Tls:CertificatePath", _folder["bad.pem"]),
            ("Granary:Http:Tls:KeyPath", _folder["bad.pem"]));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Granary:Http:Tls", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValueOfTheWrongType_BesideOtherFaults_IsListedWithThem()
    {
        var run = await ServerRun.OfAsync(
            _folder, ("Granary:DataPath", _folder["data"]), ("Granary:Git:MaxPackSize", "ten"), ("Granary:Protocol:MaxPushOptions", "many"),
            ("Granary:Http:WriteStallTimeout", "00:00:00"));
        Assert.Equal(1, run.ExitCode);
        Assert.All(
            (string[])["Granary:Git:MaxPackSize", "Granary:Protocol:MaxPushOptions", "Granary:Http:WriteStallTimeout"],
            key => Assert.Contains(key, run.Error, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return PortOf(listener);
    }

    private static string PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
