using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Benchmarks.Ssh;

/// <summary>A server of SSH that is measured: a process that is the leader of its session, with an address.</summary>
/// <param name="Name">In the tables.</param>
/// <param name="ProcessId">Whose processor time counts, with its ended children.</param>
/// <param name="Port">On 127.0.0.1.</param>
/// <param name="User">Whom to log in as.</param>
/// <param name="KeyFile">The client's key.</param>
internal sealed record SshPeer(string Name, int ProcessId, int Port, string User, string KeyFile)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);

    public string SshCommand => "ssh " + string.Join(' ', Options());

    /// <summary>Runs one command over ssh to its end; the time it took.</summary>
    /// <param name="input">A shell command whose output is sent.</param>
    /// <param name="command">What runs on the server.</param>
    /// <param name="options">More options of ssh.</param>
    public async Task<TimeSpan> RunAsync(string input, string command, params string[] options)
    {
        var clock = Stopwatch.StartNew();
        await RunShellAsync($"{input} | ssh \"$@\" > /dev/null", [.. Options(), .. options, $"{User}@127.0.0.1", command]);
        return clock.Elapsed;
    }

    public static async Task RunShellAsync(string script, params string[] arguments)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script, "sh", .. arguments]) { RedirectStandardError = true })!;
        var error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(Bound);
        if (shell.ExitCode != 0) throw new InvalidOperationException($"{script} {string.Join(' ', arguments)} ended with {shell.ExitCode}: {error}");
    }

    /// <summary>Processor time so far, when no child is left whose time is not counted yet.</summary>
    public async Task<TimeSpan> ProcessorTimeAsync()
    {
        await Until.HoldsAsync($"the children of {Name} have ended", () => ServerProcesses.ChildrenOf(ProcessId).Count == 0);
        return Cost.ProcessorTime(ProcessId);
    }

    private string[] Options() =>
    [
        "-F", "none", "-p", Port.ToString(CultureInfo.InvariantCulture), "-i", KeyFile, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
        "-o", "KexAlgorithms=curve25519-sha256", "-o", "SetEnv=GIT_PROTOCOL=version=2",
    ];
}
