using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Granary.Tests.Harness;

/// <summary>The real ssh of one person: a key of its own, and nothing of this machine's configuration.</summary>
public sealed class SshClient
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly string _home;
    private readonly int _port;

    private SshClient(string home, int port, string keyFile, string publicKey)
    {
        (_home, _port, KeyFile, PublicKey) = (home, port, keyFile, publicKey);
    }

    public string KeyFile { get; }

    /// <summary>The line of the <c>.pub</c> file.</summary>
    public string PublicKey { get; }

    /// <summary>For git: the same key, the port in the URL or here.</summary>
    public string Command => "ssh " + string.Join(' ', Options());

    /// <summary>Makes a key.</summary>
    /// <param name="folder">Of its files; it exists.</param>
    /// <param name="server">Where to.</param>
    /// <param name="name">Of the key's file.</param>
    /// <param name="type">As ssh-keygen's <c>-t</c>.</param>
    public static async Task<SshClient> CreateAsync(string folder, GranaryServer server, string name = "id", string type = "ed25519")
    {
        var file = Path.Combine(folder, name);
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", name + "@test", "-f", file])
        {
            RedirectStandardInput = true,
        })!;
        await keygen.WaitForExitAsync();
        if (keygen.ExitCode != 0) throw new InvalidOperationException($"ssh-keygen ended with {keygen.ExitCode}.");
        return new SshClient(folder, server.SshPort, file, (await File.ReadAllTextAsync(file + ".pub")).Trim());
    }

    /// <summary>Runs a command on the server to its end.</summary>
    public async Task<GitResult> RunAsync(string[] command, string user = "git", string[]? options = null)
    {
        using var timeout = new CancellationTokenSource(Bound);
        using var process = Start(command, user, options);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.StandardOutput.BaseStream.CopyToAsync(output, timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return new GitResult(process.ExitCode, output.ToArray(), await error);
    }

    /// <summary>Starts a command and leaves its streams to the caller.</summary>
    /// <param name="command">The command.</param>
    /// <param name="user">The login name.</param>
    /// <param name="options">Of ssh.</param>
    /// <param name="protocol">The value of <c>GIT_PROTOCOL</c>.</param>
    /// <param name="launcher">A program and its arguments that becomes ssh.</param>
    public Process Start(string[] command, string user = "git", string[]? options = null, string? protocol = null, string[]? launcher = null)
    {
        string[] line = [.. launcher ?? [], "ssh", .. Options(), .. options ?? [], $"{user}@127.0.0.1", .. command];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = _home,
        };
        CleanEnvironment.Apply(start.Environment, _home);
        if (protocol is not null) start.Environment["GIT_PROTOCOL"] = protocol;
        return Process.Start(start)!;
    }

    private string[] Options() =>
    [
        "-F", "none", "-p", _port.ToString(CultureInfo.InvariantCulture), "-i", KeyFile, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=" + Path.Combine(_home, "known_hosts"), "-o", "LogLevel=ERROR",
        "-o", "SendEnv=GIT_PROTOCOL",
    ];
}
