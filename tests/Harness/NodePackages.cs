using System.ComponentModel;
using System.Diagnostics;

namespace Granary.Tests.Harness;

/// <summary>Programs in JavaScript with the pinned packages that they need.</summary>
public static class NodePackages
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(180);

    /// <summary>Copies the files of a folder beside the tests, and installs what their lock file names.</summary>
    /// <param name="source">The folder, as the tests' output has it.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>Why there is no node or no registry, and the test is to be skipped; null when all is there. In CI that is a failure instead.</returns>
    public static async Task<string?> TryInstallAsync(string source, string folder)
    {
        ArgumentNullException.ThrowIfNull(source);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, source))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        try
        {
            await RunAsync("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
            return null;
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException && Environment.GetEnvironmentVariable("CI") != "true")
        {
            return $"The packages of '{source}' cannot be installed: {fault.Message}";
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
