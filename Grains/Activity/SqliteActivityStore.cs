using Granary.Activity;
using Granary.Grains.Storage;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Activity;

/// <summary>The feed in a SQLite file of its own: a row a push and a row a ref, each read by its index.</summary>
internal sealed class SqliteActivityStore(string path, ILogger<SqliteActivityStore> logger)
    : IActivityStore, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private SqliteDatabase<ActivitySession>? _database;

    private SqliteDatabase<ActivitySession> Database => _database ?? throw new InvalidOperationException("The activity store is not open.");

    /// <summary>Open before and closed after the streams that fill it.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SqliteActivityStore), ServiceLifecycleStage.RuntimeStorageServices, _ => OpenAsync(), _ => DisposeAsync().AsTask());

    public async Task OpenAsync() => _database = await SqliteDatabase<ActivitySession>.OpenAsync(
        new SqliteFileOptions { Path = path, Translate = fault => SqliteFaults.Translate(fault, path) }, ActivitySchema.Migrations, static connection => new ActivitySession(connection), logger);

    public Task AddAsync(PushEvent pushed, CancellationToken cancellationToken) => WriteAsync(session => session.Add(pushed));

    public Task RemoveAsync(RepositoryId repository, CancellationToken cancellationToken) => WriteAsync(session => session.Remove(repository));

    public async Task<ActivityPage> ListAsync(RepositoryId repository, ActivityQuery query, CancellationToken cancellationToken)
    {
        var entries = await Database.ReadAsync(session => session.List(repository, query)).WaitAsync(cancellationToken);
        var more = entries.Count > query.Size;
        if (more) entries.RemoveRange(query.Size, entries.Count - query.Size);
        return new ActivityPage(entries, more ? entries[^1].Event.Sequence : null);
    }

    public async ValueTask DisposeAsync()
    {
        var database = Interlocked.Exchange(ref _database, null);
        if (database is not null) await database.DisposeAsync();
    }

    private Task<bool> WriteAsync(Action<ActivitySession> write) => Database.WriteAsync(session =>
    {
        write(session);
        return true;
    });
}
