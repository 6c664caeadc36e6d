using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Tools;

/// <summary>A program in place of git, <c>Granary:Git:Executable</c>: it is git, but the next run of one subcommand can be made to fail.</summary>
internal sealed class FaultyGit : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FaultyGit()
    {
        File.WriteAllText(
            Executable,
            $"""
            #!/bin/sh
            # {Armed}: a subcommand, and what to do when it is run: "stop", or what strace is to inject.
            if [ -f {Armed} ] && read -r command fault < {Armed} && [ "$command" = "$1" ] && mv {Armed} {Taken} 2> /dev/null; then
                echo $$ > {Taken}
                if [ "$fault" = stop ]; then kill -STOP $$; exec git "$@"; fi
                exec strace -f -o {Trace} -e "$fault" git "$@"
            fi
            exec git "$@"
            """);
        File.SetUnixFileMode(Executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Executable => _folder["git"];

    /// <summary>The process that took the fault; null as long as none did.</summary>
    public int? TakenBy => File.Exists(Taken) && int.TryParse(File.ReadAllText(Taken).Trim(), out var id) ? id : null;

    /// <summary>Whether a call of git failed.</summary>
    public bool HasFailed => HasInTrace("(INJECTED)");

    /// <summary>Whether git was killed.</summary>
    public bool WasKilled => HasInTrace("killed by SIGKILL");

    private bool HasInTrace(string text) => File.Exists(Trace) && File.ReadLines(Trace).Any(l => l.Contains(text, StringComparison.Ordinal));

    private string Armed => _folder["armed"];

    private string Taken => _folder["taken"];

    private string Trace => _folder["trace"];

    public void Arm(string command, string fault)
    {
        File.Delete(Trace);
        File.Delete(Taken);
        File.WriteAllText(_folder["arming"], $"{command} {fault}\n");
        File.Move(_folder["arming"], Armed, overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
