using System.ComponentModel;
using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Ssh.Interop.Tests;

/// <summary>Runs programs in a folder that is their home as well, with nothing of this machine's configuration.</summary>
internal static class Run
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    /// <summary>Runs it, whatever comes of it.</summary>
    public static async Task<GitResult> TryAsync(string home, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var name in (string[])["SSH_AUTH_SOCK", "SSH_ASKPASS", "DISPLAY"]) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Bound);
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            using var output = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(output, timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new GitResult(process.ExitCode, output.ToArray(), await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Bound.TotalSeconds} s.");
        }
    }

    /// <summary>Runs it; its output.</summary>
    public static async Task<string> RequireAsync(string home, string program, params string[] arguments)
    {
        var result = await TryAsync(home, program, arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Error}");
    }

    /// <summary>Skips the test without this program, or fails it in CI.</summary>
    public static async Task NeedAsync(string program, params string[] arguments)
    {
        try
        {
            if ((await TryAsync(Path.GetTempPath(), program, arguments)).ExitCode == 0) return;
        }
        catch (Win32Exception)
        {
            // Not there.
        }

        var missing = $"{program} {string.Join(' ', arguments)} does not run here.";
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
        Assert.Fail(missing);
    }
}
