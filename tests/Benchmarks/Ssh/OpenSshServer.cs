using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Granary.Tests.Harness;

namespace Granary.Benchmarks.Ssh;

/// <summary>OpenSSH's server on a port of its own, with a host key and a configuration of its own.</summary>
internal sealed class OpenSshServer : IDisposable
{
    private readonly StartedProcess _process;

    private OpenSshServer(StartedProcess process, SshPeer peer)
    {
        _process = process;
        Peer = peer;
    }

    public SshPeer Peer { get; }

    /// <param name="folder">For its files.</param>
    /// <param name="keyFile">The client's key; its public half may log in as whoever runs this.</param>
    public static async Task<OpenSshServer> StartAsync(TemporaryFolder folder, string keyFile)
    {
        var hostKey = folder["sshd_host_key"];
        await SshPeer.RunShellAsync("ssh-keygen -q -t ed25519 -N '' -f \"$1\"", hostKey);
        var port = FreePort();
        await File.WriteAllLinesAsync(
            folder["sshd_config"],
            [
                string.Create(CultureInfo.InvariantCulture, $"Port {port}"), "ListenAddress 127.0.0.1", "HostKey " + hostKey, $"AuthorizedKeysFile {keyFile}.pub",
                "PidFile none", "StrictModes no", "UsePAM no", "PasswordAuthentication no", "PermitRootLogin yes", "MaxStartups 1000",
                "AcceptEnv GIT_PROTOCOL",

                // Otherwise bash takes it for its first shell and reads what its user has for it.
                "SetEnv SHLVL=1",
            ]);

        // Root's needs a folder for its unprivileged half.
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd");
        var program = File.Exists("/usr/sbin/sshd") ? "/usr/sbin/sshd" : throw new FileNotFoundException("openssh-server is not installed.");
        var (process, _) = await StartedProcess.StartAsync("Server listening", program, "-D", "-e", "-f", folder["sshd_config"]);
        return new OpenSshServer(process, new SshPeer("sshd", process.Id, port, Environment.UserName, keyFile));
    }

    public void Dispose() => _process.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
