using System.Diagnostics;
using System.Globalization;

namespace Granary.Reliability.Tests.Ssh;

/// <summary>A network namespace whose cable can be pulled: what is sent after that is lost, and nobody is told.</summary>
internal sealed class SilentNetwork : IDisposable
{
    private static int _count;

    private readonly string _name = $"granary{Environment.ProcessId}x{Interlocked.Increment(ref _count)}";
    private readonly string _outer;
    private readonly string _inner;

    private SilentNetwork(int number)
    {
        // Names of interfaces have at most 15 letters; 198.18.0.0/15 is for tests of networks.
        (_outer, _inner) = ($"gr{Environment.ProcessId % 100000}o{_count}", $"gr{Environment.ProcessId % 100000}i{_count}");
        Server = string.Create(CultureInfo.InvariantCulture, $"198.18.{number}.1");
    }

    /// <summary>Where a server at all addresses is found from within.</summary>
    public string Server { get; }

    /// <summary>What makes a program run within.</summary>
    public string[] Launcher => ["ip", "netns", "exec", _name];

    /// <summary>Null where it is not allowed.</summary>
    public static async Task<SilentNetwork?> TryCreateAsync()
    {
        var number = Environment.ProcessId % 250;
        var network = new SilentNetwork(number);
        var client = string.Create(CultureInfo.InvariantCulture, $"198.18.{number}.2/30");
        string[] commands =
        [
            $"netns add {network._name}", $"link add {network._outer} type veth peer name {network._inner} netns {network._name}",
            $"addr add {network.Server}/30 dev {network._outer}", $"link set {network._outer} up",
            $"-n {network._name} addr add {client} dev {network._inner}", $"-n {network._name} link set {network._inner} up",
        ];
        foreach (var command in commands)
        {
            if (await RunAsync(command)) continue;
            network.Dispose();
            return null;
        }

        return network;
    }

    /// <summary>From here on everything is lost, either way.</summary>
    public async Task PullAsync() => Assert.True(await RunAsync($"-n {_name} link set {_inner} down"));

    public void Dispose()
    {
        RunAsync($"link del {_outer}").GetAwaiter().GetResult();
        RunAsync($"netns del {_name}").GetAwaiter().GetResult();
    }

    private static async Task<bool> RunAsync(string arguments)
    {
        try
        {
            using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            await ip.WaitForExitAsync();
            return ip.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
