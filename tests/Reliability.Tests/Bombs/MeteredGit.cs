using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Bombs;

/// <summary>
/// A program in place of git that runs git and writes down what the kernel says of it at its end, wait4(2): no peak is too short
/// to be seen.
/// </summary>
internal sealed class MeteredGit : IDisposable
{
    private const string Source = """
        #!/usr/bin/python3 -IS
        import os, signal, sys
        log = os.path.dirname(os.path.abspath(__file__)) + "/usage"
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.execvp("git", ["git"] + sys.argv[1:])
        _, status, usage = os.wait4(child, 0)
        end = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(end, f"{usage.ru_maxrss}\n".encode())
        os.close(end)
        os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
        """;

    private readonly TemporaryFolder _folder = new();

    public MeteredGit()
    {
        const string Interpreter = "/usr/bin/python3";
        if (!File.Exists(Interpreter))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{Interpreter} is missing.");
            Assert.Skip($"{Interpreter} is missing.");
        }

        File.WriteAllText(Executable, Source + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Executable => _folder["git"];

    private string Log => _folder["usage"];

    /// <summary>The most resident bytes of any one git process that has ended since the last call; 0 when none has.</summary>
    public long TakePeak()
    {
        if (!File.Exists(Log)) return 0;
        var peak = File.ReadLines(Log).Max(static line => long.Parse(line, CultureInfo.InvariantCulture)) * 1024;
        File.Delete(Log);
        return peak;
    }

    public void Dispose() => _folder.Dispose();
}
