using System.Diagnostics;

namespace Granary.Tests.Harness;

public sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>The built program's command line against a server, as its users run it.</summary>
public sealed class Cli(GranaryServer server, string user = GranaryServer.AdminName, string password = GranaryServer.AdminPassword)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    /// <summary>Folders searched for programs before all others.</summary>
    public string? Programs { get; init; }

    public Task<CliResult> ImportAsync(params string[] arguments) => RunAsync(["repo", "import", .. arguments]);

    public async Task<CliResult> RunAsync(string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await Until.HoldsAsync($"granary {string.Join(' ', arguments)} has ended", () => process.HasExited, Bound);
        return new CliResult(process.ExitCode, await output, await error);
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(BuiltServer.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["GRANARY_SERVER"] = server.RpcUrl;
        start.Environment["GRANARY_USER"] = user;
        start.Environment["GRANARY_PASSWORD"] = password;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        if (Programs is not null) start.Environment["PATH"] = Programs + ":" + start.Environment["PATH"];
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
