using System.Diagnostics;

namespace Granary.Grains.Tests.Git;

/// <summary>Real git as somebody beside the server runs it: no configuration but the repository's, a fixed author.</summary>
internal static class GitProgram
{
    public static string Run(string repository, params string[] arguments) => Feed(repository, "", arguments);

    public static string Feed(string repository, string input, params string[] arguments)
    {
        var (exitCode, output, error) = TryRun(repository, input, arguments);
        return exitCode == 0
            ? System.Text.Encoding.UTF8.GetString(output).TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }

    public static (int ExitCode, byte[] Output, string Error) TryRun(string repository, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
        [
            ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("LC_ALL", "C"),
            ("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.com"), ("GIT_AUTHOR_DATE", "1700000000 +0000"),
            ("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@example.com"), ("GIT_COMMITTER_DATE", "1700000000 +0000"),
        ])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var writing = Task.Run(() =>
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        writing.Wait();
        return (process.ExitCode, output.ToArray(), error.Result);
    }
}
