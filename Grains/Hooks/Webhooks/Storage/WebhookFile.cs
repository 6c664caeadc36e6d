using Granary.Grains.Projects;
using Granary.Grains.Repositories;
using Granary.Grains.Storage;
using Granary.Projects;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>The SQLite file of webhooks, deliveries and their log.</summary>
internal sealed class WebhookFile(string path, ILogger<WebhookFile> logger)
    : IRepositoryRecords, IProjectRecords, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private SqliteDatabase<WebhookSession>? _database;

    private SqliteDatabase<WebhookSession> Database => _database ?? throw new InvalidOperationException("The webhook file is not open.");

    /// <summary>Open before and closed after the streams that fill it.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(WebhookFile), ServiceLifecycleStage.RuntimeStorageServices, _ => OpenAsync(), _ => DisposeAsync().AsTask());

    public async Task OpenAsync() => _database = await SqliteDatabase<WebhookSession>.OpenAsync(
        new SqliteFileOptions { Path = path, Translate = fault => SqliteFaults.Translate(fault, path) }, WebhookSchema.Migrations,
        static connection => new WebhookSession(connection), logger);

    public Task<T> ReadAsync<T>(Func<WebhookSession, T> body) => Database.ReadAsync(body);

    /// <summary>Runs in a transaction; completes when it is durable.</summary>
    public Task<T> WriteAsync<T>(Func<WebhookSession, T> body) => Database.WriteAsync(body);

    public Task WriteAsync(Action<WebhookSession> body) => WriteAsync(session =>
    {
        body(session);
        return true;
    });

    public Task RemoveAsync(RepositoryId repository, CancellationToken cancellationToken) =>
        WriteAsync(session => session.Removals.RemoveRepository(repository));

    public Task RemoveAsync(ProjectKey project, CancellationToken cancellationToken) =>
        WriteAsync(session => session.Removals.RemoveProject(project.Key));

    public async ValueTask DisposeAsync()
    {
        var database = Interlocked.Exchange(ref _database, null);
        if (database is not null) await database.DisposeAsync();
    }
}
