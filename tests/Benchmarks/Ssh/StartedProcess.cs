using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Benchmarks.Ssh;

/// <summary>A server that is started for the benchmark, as the leader of a session, and killed with all of it.</summary>
internal sealed class StartedProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private StartedProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Starts it and waits for a line; the line.</summary>
    public static async Task<(StartedProcess Process, string Line)> StartAsync(string awaited, params string[] command)
    {
        var started = new StartedProcess(Process.Start(new ProcessStartInfo("setsid", command) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        await Until.HoldsAsync($"{command[0]} is ready", () => started._process.HasExited
            ? throw new InvalidOperationException($"{command[0]} ended:\n{string.Join('\n', started._lines)}")
            : started.Find(awaited) is not null);
        return (started, started.Find(awaited)!);
    }

    public void Dispose()
    {
        ServerProcesses.KillSession(_process.Id);
        _process.WaitForExit();
        _process.Dispose();
    }

    private string? Find(string awaited)
    {
        lock (_lines) return _lines.Find(line => line.Contains(awaited, StringComparison.Ordinal));
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
    }
}
