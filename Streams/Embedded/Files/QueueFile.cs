using System.Collections.Concurrent;
using Granary.Sqlite;
using Granary.Streams.Delivery;
using Microsoft.Extensions.Logging;

namespace Granary.Streams.Embedded.Files;

/// <summary>
/// The file of one or several providers. It is opened when it is first needed, and tried again while it cannot be: a volume
/// that fails makes publishing fail, not the start of the silo.
/// </summary>
internal sealed class QueueFile(SqliteFileOptions options, ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Signal, bool>> _readers = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private SqliteDatabase<QueueSession>? _database;
    private bool _closed;

    /// <summary>Completes when it is durable.</summary>
    public async Task<T> WriteAsync<T>(Func<QueueSession, T> body) => await (await OpenAsync()).WriteAsync(body);

    public async Task<T> ReadAsync<T>(Func<QueueSession, T> body) => await (await OpenAsync()).ReadAsync(body);

    /// <summary>Wakes who reads the queue in this process; another process finds the message when it polls.</summary>
    public void Wake(string queue)
    {
        if (!_readers.TryGetValue(queue, out var signals)) return;
        foreach (var signal in signals.Keys) signal.Set();
    }

    public void AddReader(string queue, Signal signal) => _readers.GetOrAdd(queue, static _ => new()).TryAdd(signal, true);

    public void RemoveReader(string queue, Signal signal)
    {
        if (_readers.TryGetValue(queue, out var signals)) signals.TryRemove(signal, out _);
    }

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        _closed = true;
        if (_database is not null) await _database.DisposeAsync();
        _opening.Release();
    }

    private async ValueTask<SqliteDatabase<QueueSession>> OpenAsync()
    {
        if (Volatile.Read(ref _database) is { } open) return open;
        await _opening.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _database ??= await SqliteDatabase<QueueSession>.OpenAsync(
                options, QueueSchema.Migrations, static connection => new QueueSession(connection), logger);
        }
        finally
        {
            _opening.Release();
        }
    }
}
