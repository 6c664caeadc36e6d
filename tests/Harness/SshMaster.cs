using System.Diagnostics;

namespace Granary.Tests.Harness;

/// <summary>One connection that many commands share (ssh's ControlMaster).</summary>
public sealed class SshMaster : IDisposable
{
    private readonly SshClient _client;
    private readonly string _socket;
    private readonly Process _master;
    private bool _disposed;

    private SshMaster(SshClient client, string socket)
    {
        (_client, _socket) = (client, socket);
        _master = client.Start([], options: ["-M", "-N", "-S", socket]);
    }

    /// <summary>For git.</summary>
    public string Command => $"{_client.Command} -S {_socket}";

    /// <summary>Logs in.</summary>
    /// <param name="client">Whose key.</param>
    /// <param name="folder">Where its socket is made.</param>
    /// <param name="name">Of the socket.</param>
    public static async Task<SshMaster> StartAsync(SshClient client, string folder, string name = "master.sock")
    {
        var master = new SshMaster(client, Path.Combine(folder, name));
        await Until.HoldsAsync("the master connection is there", () => master._master.HasExited ? throw new InvalidOperationException("ssh ended.") : File.Exists(master._socket));
        return master;
    }

    /// <summary>Whether the connection is gone.</summary>
    public bool HasEnded => _master.HasExited;

    public Task<GitResult> RunAsync(string command) => _client.RunAsync([command], options: ["-S", _socket]);

    public Process Start(string[] command, string? protocol = null) =>
        _client.Start(command, options: ["-S", _socket], protocol: protocol);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        if (!_master.HasExited) _master.Kill();
        _master.Dispose();
    }
}
