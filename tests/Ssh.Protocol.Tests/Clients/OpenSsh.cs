using System.ComponentModel;
using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Frontends.Ssh.Protocol.Tests.Clients;

/// <summary>Runs OpenSSH's programs.</summary>
internal static class OpenSsh
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static (int Status, string Output, string Error) Run(string program, params string[] arguments)
    {
        var (status, output, error) = RunAsync(program, null, arguments).GetAwaiter().GetResult();
        return (status, System.Text.Encoding.UTF8.GetString(output), error);
    }

    public static async Task<(int Status, byte[] Output, string Error)> RunAsync(string program, byte[]? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Remove("SSH_AUTH_SOCK");
        using var process = Start(start);
        using var bound = new CancellationTokenSource(Patience);
        try
        {
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            var output = new MemoryStream();
            var copying = process.StandardOutput.BaseStream.CopyToAsync(output, bound.Token);
            if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, bound.Token);
            process.StandardInput.Close();
            await copying;
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, output.ToArray(), await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The arguments of <c>ssh</c> that make it depend on nothing of this machine.</summary>
    public static string[] Client(ServerFixture fixture, int port, string command, params string[] options) =>
    [
        "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
        "-o", "IdentitiesOnly=yes", "-i", fixture.UserKeyPath, "-p", $"{port}", .. options, "git@127.0.0.1", .. command.Length == 0 ? Array.Empty<string>() : [command],
    ];

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"{start.FileName} is not installed.");
            throw;
        }
    }
}
