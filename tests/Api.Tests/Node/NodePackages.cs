using System.ComponentModel;
using System.Diagnostics;

namespace Granary.Api.Tests.Node;

/// <summary>A folder with the programs of this one and the pinned packages that they need.</summary>
internal static class NodePackages
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(180);

    /// <summary>Where there is no node or no registry the test is skipped, but not in CI.</summary>
    public static async Task InstallAsync(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Node")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        try
        {
            await RunAsync("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"The packages of the Node client cannot be installed: {fault.Message}");
        }
    }

    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(Bound);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Bound.TotalSeconds} s.");
        }
    }
}
