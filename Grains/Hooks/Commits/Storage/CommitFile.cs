using Granary.Grains.Repositories;
using Granary.Grains.Storage;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>The SQLite file of registered commits.</summary>
internal sealed class CommitFile(string path, ILogger<CommitFile> logger)
    : IRepositoryRecords, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private SqliteDatabase<CommitSession>? _database;

    private SqliteDatabase<CommitSession> Database => _database ?? throw new InvalidOperationException("The file of commits is not open.");

    /// <summary>Open before and closed after the streams that fill it.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(CommitFile), ServiceLifecycleStage.RuntimeStorageServices, _ => OpenAsync(), _ => DisposeAsync().AsTask());

    public async Task OpenAsync() => _database = await SqliteDatabase<CommitSession>.OpenAsync(
        new SqliteFileOptions { Path = path, Translate = fault => SqliteFaults.Translate(fault, path) }, CommitSchema.Migrations,
        static connection => new CommitSession(connection), logger);

    public Task<T> ReadAsync<T>(Func<CommitSession, T> body) => Database.ReadAsync(body);

    /// <summary>Runs in a transaction; completes when it is durable.</summary>
    public Task<T> WriteAsync<T>(Func<CommitSession, T> body) => Database.WriteAsync(body);

    public Task WriteAsync(Action<CommitSession> body) => WriteAsync(session =>
    {
        body(session);
        return true;
    });

    public Task RemoveAsync(RepositoryId repository, CancellationToken cancellationToken) =>
        WriteAsync(session => session.Commits.Remove(repository));

    public async ValueTask DisposeAsync()
    {
        var database = Interlocked.Exchange(ref _database, null);
        if (database is not null) await database.DisposeAsync();
    }
}
