using System.Collections.Concurrent;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>All connections of this process.</summary>
public sealed class SshConnections
{
    private readonly ConcurrentDictionary<long, SshConnection> _connections = new();
    private long _lastId;
    private volatile bool _isStopping;

    /// <summary>Nobody new is let in.</summary>
    internal bool IsStopping => _isStopping;

    internal IEnumerable<SshConnection> All => _connections.Values;

    /// <summary>What is open now, oldest first.</summary>
    public IReadOnlyList<SshConnectionInfo> List() => [.. _connections.Values.Select(connection => connection.Describe()).OrderBy(info => info.Id)];

    internal int Count => _connections.Count;

    internal long NextId() => Interlocked.Increment(ref _lastId);

    internal void Add(SshConnection connection) => _connections[connection.Id] = connection;

    /// <summary>Ends all that do nothing, and the others as soon as their commands have ended.</summary>
    internal void Stop()
    {
        _isStopping = true;
        foreach (var connection in All) connection.EndWhenIdle();
    }

    internal void Remove(SshConnection connection) => _connections.TryRemove(connection.Id, out _);
}
