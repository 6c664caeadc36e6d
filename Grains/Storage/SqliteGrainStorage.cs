using System.Globalization;
using Granary.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Granary.Grains.Storage;

/// <summary>Grain state in SQLite: each record is compared by its ETag and swapped; a write is done when it is on disk.</summary>
internal sealed class SqliteGrainStorage(
    string name, SqliteStorageOptions options, IGrainStorageSerializer serializer, IActivatorProvider activators, ILogger<SqliteGrainStorage> logger)
    : IGrainStorage, IStorageHealth, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private SqliteDatabase<GrainStateSession>? _database;

    private SqliteDatabase<GrainStateSession> Database => _database ?? throw new InvalidOperationException("The grain storage is not open.");

    public static SqliteGrainStorage Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IOptionsMonitor<SqliteStorageOptions>>().Get(name),
        new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>()),
        services.GetRequiredService<IActivatorProvider>(),
        services.GetRequiredService<ILogger<SqliteGrainStorage>>());

    /// <summary>Open before and closed after everything that has state.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        $"{nameof(SqliteGrainStorage)}-{name}",
        ServiceLifecycleStage.RuntimeStorageServices,
        _ => OpenAsync(),
        _ => DisposeAsync().AsTask());

    public async Task OpenAsync() => _database = await SqliteDatabase<GrainStateSession>.OpenAsync(
        options.ToFile(), GrainStateSchema.Migrations, static connection => new GrainStateSession(connection), logger);

    public async ValueTask DisposeAsync()
    {
        var database = Interlocked.Exchange(ref _database, null);
        if (database is not null) await database.DisposeAsync();
    }

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await Database.WriteAsync(session => session.Beat()).WaitAsync(cancellationToken);
        await Database.ReadAsync(session => session.Read(default(RecordKey) with { GrainType = "", GrainKey = "", Name = "" }))
            .WaitAsync(cancellationToken);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        var record = await Database.ReadAsync(session => session.Read(key)).WaitAsync(cancellationToken);
        grainState.State = record is null ? New<T>() : serializer.Deserialize<T>(new BinaryData(record.Payload));
        grainState.ETag = record is null ? null : Format(record.ETag);
        grainState.RecordExists = record is not null;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <summary>A write that has begun is waited for: its caller must know what became of it.</summary>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = KeyOf(stateName, grainId);
        var expected = Parse(grainState.ETag);
        var payload = serializer.Serialize(grainState.State).ToArray();
        var etag = await Database.WriteAsync(session => session.Write(key, payload, expected))
            ?? throw Stale(stateName, grainId, grainState.ETag);
        grainState.ETag = Format(etag);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = KeyOf(stateName, grainId);
        var expected = Parse(grainState.ETag);
        if (!await Database.WriteAsync(session => session.Delete(key, expected))) throw Stale(stateName, grainId, grainState.ETag);
        grainState.State = New<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static RecordKey KeyOf(string stateName, GrainId grainId) => new(grainId.Type.ToString()!, grainId.Key.ToString()!, stateName);

    private static string Format(long etag) => etag.ToString(CultureInfo.InvariantCulture);

    private static long? Parse(string? etag) => etag is null ? null : long.Parse(etag, CultureInfo.InvariantCulture);

    private static InconsistentStateException Stale(string stateName, GrainId grainId, string? held) => new(
        $"The record '{stateName}' of {grainId} was changed by another activation.", storedEtag: "another", currentEtag: held ?? "none");

    private T New<T>() => activators.GetActivator<T>().Create();
}
