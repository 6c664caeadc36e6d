using System.Text;
using Granary.Tests.Harness;

namespace Granary.Security.Tests.Injection;

/// <summary>A program in git's place that writes down its arguments and environment and becomes git.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Recorder()
    {
        var git = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(static folder => Path.Combine(folder, "git")).First(File.Exists);
        Directory.CreateDirectory(_folder["calls"]);
        Executable = _folder["git"];

        // Both are complete before git begins.
        File.WriteAllText(
            Executable,
            $"""
            #!/bin/sh
            name={_folder["calls"]}/$$.$(date +%s%N)
            cat /proc/$$/environ > "$name.environment"
            printf '%s\0' "$@" > "$name.arguments"
            exec {git} "$@"
            """);
        File.SetUnixFileMode(Executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Executable { get; }

    /// <summary>A file that hostile values try to make.</summary>
    public string Canary => _folder["canary"];

    public IReadOnlyList<(string[] Arguments, string[] Environment)> Calls() =>
    [
        .. Directory.EnumerateFiles(_folder["calls"], "*.arguments")
            .Select(static file => (Read(file), Read(Path.ChangeExtension(file, ".environment")))),
    ];

    public void Dispose() => _folder.Dispose();

    private static string[] Read(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0')[..^1];
}
