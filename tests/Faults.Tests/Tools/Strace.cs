using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Tools;

/// <summary>strace at some threads of a process, to make their system calls fail, wait or be the last.</summary>
internal sealed class Strace : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder = new();

    private Strace(Func<string, IEnumerable<string>> arguments) => _process = Process.Start(
        new ProcessStartInfo("strace", arguments(_folder["trace"])) { RedirectStandardError = true })!;

    /// <summary>The calls seen, in order.</summary>
    public string[] Lines
    {
        get
        {
            using var file = new StreamReader(new FileStream(_folder["trace"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>Whether a fault was injected.</summary>
    public bool HasInjected => Lines.Any(static l => l.Contains("(INJECTED)", StringComparison.Ordinal) || l.Contains("(DELAYED)", StringComparison.Ordinal));

    /// <summary>Fails, or skips outside of CI, when there is no strace.</summary>
    public static void Require() => Programs.Require("strace");

    /// <summary>At the threads that do durable file work; an injection counts the calls of each thread for itself.</summary>
    public static Task<Strace> AtFileThreadsAsync(GranaryServer server, params string[] expressions) =>
        AttachAsync(Threads(server.ProcessId, static name => name.StartsWith("granary-files", StringComparison.Ordinal)), expressions);

    /// <summary>At the thread that writes grain state.</summary>
    public static Task<Strace> AtStorageAsync(GranaryServer server, params string[] expressions) =>
        AttachAsync(Threads(server.ProcessId, static name => name.StartsWith("granary-sqlite-", StringComparison.Ordinal)), expressions);

    /// <summary>At all threads that there are now, and not at git children.</summary>
    public static Task<Strace> AtServerAsync(GranaryServer server, params string[] expressions) =>
        AttachAsync(Threads(server.ProcessId, static _ => true), expressions);

    /// <summary>At all threads, and at whatever they start.</summary>
    public static Task<Strace> FollowAsync(GranaryServer server, params string[] options) => WaitAsync(new Strace(
        trace => ["-f", "-o", trace, .. options, "-p", server.ProcessId.ToString(CultureInfo.InvariantCulture)]), 1);

    public async ValueTask DisposeAsync()
    {
        // On this signal it lets go of what it traces.
        if (!_process.HasExited) ServerProcesses.Signal(_process.Id, ServerProcesses.SignalTerminate);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static Task<Strace> AttachAsync(List<string> threads, string[] expressions) => WaitAsync(
        new Strace(trace => ["-o", trace, .. expressions.SelectMany(static e => new[] { "-e", e }), .. threads.SelectMany(static t => new[] { "-p", t })]),
        threads.Count);

    private static async Task<Strace> WaitAsync(Strace strace, int lines)
    {
        for (var i = 0; i < lines; i++)
        {
            var line = await strace._process.StandardError.ReadLineAsync();
            if (line is null) throw new InvalidOperationException("strace ended.");

            // A thread that ended meanwhile.
            if (!line.Contains("attached", StringComparison.Ordinal) && !line.Contains("No such process", StringComparison.Ordinal))
                throw new InvalidOperationException(line);
        }

        _ = strace._process.StandardError.ReadToEndAsync();
        return strace;
    }

    private static List<string> Threads(int process, Func<string, bool> isWanted)
    {
        var threads = Directory.GetDirectories($"/proc/{process}/task")
            .Where(t => isWanted(File.ReadAllText(Path.Combine(t, "comm")).Trim())).Select(static t => Path.GetFileName(t)).ToList();
        return threads.Count > 0 ? threads : throw new InvalidOperationException("No such thread.");
    }
}

internal static class Programs
{
    public static void Require(string program)
    {
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(f => File.Exists(Path.Combine(f, program)))) return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{program} is missing.");
        Assert.Skip($"{program} is missing.");
    }
}
