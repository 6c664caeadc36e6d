using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>A start of the server that is expected to end by itself.</summary>
internal sealed record ServerRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <param name="folder">Where it runs.</param>
    /// <param name="settings">Keys and values as on the command line, <c>Granary:Http:Port</c>.</param>
    public static async Task<ServerRun> OfAsync(TemporaryFolder folder, params IEnumerable<(string Key, string Value)> settings)
    {
        var start = new ProcessStartInfo(BuiltServer.Path, settings.Select(static s => $"--{s.Key}={s.Value}"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Bound);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new ServerRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
