using Granary.Grains.Storage;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Granary.Grains.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly RecordKey Key = new("granary.user", "alice", "user");

    private readonly TemporaryFolder _folder = new();

    private string DatabasePath => _folder.File("granary.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_Reopened_IsThere()
    {
        long? etag;
        await using (var database = await OpenAsync()) etag = await database.WriteAsync(session => session.Write(Key, [1, 2, 3], null));
        await using var again = await OpenAsync();
        var record = await again.ReadAsync(session => session.Read(Key));
        Assert.Equal([1, 2, 3], record!.Payload);
        Assert.Equal(etag, record.ETag);
    }

    [Fact]
    public async Task Write_FilesCopiedWithoutClosing_CopyHoldsWhatWasAcknowledged()
    {
        await using var database = await OpenAsync();
        await database.WriteAsync(session => session.Write(Key, [7], null));

        // What a killed process leaves: the file and its log, not closed.
        var copy = Directory.CreateDirectory(_folder.File("copy")).FullName;
        foreach (var file in new[] { "granary.db", "granary.db-wal" }) File.Copy(_folder.File(file), Path.Combine(copy, file));
        await using var revived = await OpenAsync(Path.Combine(copy, "granary.db"));
        Assert.Equal([7], (await revived.ReadAsync(session => session.Read(Key)))!.Payload);
    }

    [Fact]
    public async Task Write_StaleETag_IsRefusedAndChangesNothing()
    {
        await using var database = await OpenAsync();
        var first = await database.WriteAsync(session => session.Write(Key, [1], null));
        var second = await database.WriteAsync(session => session.Write(Key, [2], first));
        Assert.NotNull(second);
        Assert.Null(await database.WriteAsync(session => session.Write(Key, [3], first)));
        Assert.Null(await database.WriteAsync(session => session.Write(Key, [3], null)));
        Assert.False(await database.WriteAsync(session => session.Delete(Key, first)));
        Assert.Equal([2], (await database.ReadAsync(session => session.Read(Key)))!.Payload);
    }

    [Fact]
    public async Task Write_AfterDeleteAndRecreation_OldETagIsRefused()
    {
        await using var database = await OpenAsync();
        var old = await database.WriteAsync(session => session.Write(Key, [1], null));
        Assert.True(await database.WriteAsync(session => session.Delete(Key, old)));
        await database.WriteAsync(session => session.Write(Key, [2], null));
        Assert.Null(await database.WriteAsync(session => session.Write(Key, [3], old)));
    }

    [Fact]
    public async Task Write_OneOfABatchThrows_FailsAlone()
    {
        await using var database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        var blocker = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(30)));
        var good = Enumerable.Range(0, 20)
            .Select(i => database.WriteAsync(session => session.Write(Key with { GrainKey = $"u{i}" }, [1], null))).ToList();
        var bad = database.WriteAsync<int>(_ => throw new InvalidOperationException("poison"));
        var more = database.WriteAsync(session => session.Write(Key, [1], null));
        gate.Set();
        await blocker;
        Assert.DoesNotContain(null, await Task.WhenAll(good));
        Assert.NotNull(await more);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        for (var i = 0; i < 20; i++) Assert.NotNull(await database.ReadAsync(session => session.Read(Key with { GrainKey = $"u{i}" })));
    }

    [Fact]
    public async Task Write_TwoStoresOnOneFile_EachIncrementCounts()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await first.WriteAsync(session => session.Write(Key, [0], null));
        await Task.WhenAll(IncrementAsync(first), IncrementAsync(second));
        Assert.Equal([100], (await first.ReadAsync(session => session.Read(Key)))!.Payload);

        static async Task IncrementAsync(SqliteDatabase<GrainStateSession> database)
        {
            for (var done = 0; done < 50;)
            {
                var record = (await database.ReadAsync(session => session.Read(Key)))!;
                var written = await database.WriteAsync(session => session.Write(Key, [(byte)(record.Payload[0] + 1)], record.ETag));
                if (written is not null) done++;
            }
        }
    }

    [Fact]
    public async Task Open_OlderSchema_IsUpgradedAndKeepsRecords()
    {
        await using (var old = await OpenAsync())
            await old.WriteAsync(session => session.Write(Key, [9], null));
        Execute("DROP TABLE health; PRAGMA user_version = 1;");
        await using var database = await OpenAsync();
        Assert.Equal([9], (await database.ReadAsync(session => session.Read(Key)))!.Payload);
        Assert.Equal(1, await database.WriteAsync(session => session.Beat()));
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefusedByNameAndLeftAlone()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("PRAGMA user_version = 99;");
        var fault = await Assert.ThrowsAsync<StorageSchemaException>(() => OpenAsync());
        Assert.Contains(DatabasePath, fault.Message, StringComparison.Ordinal);
        Assert.Contains("99", fault.Message, StringComparison.Ordinal);
        Assert.Equal(99, fault.FoundVersion);
        Assert.Equal(GrainStateSchema.Migrations.Count, fault.KnownVersion);
    }

    [Fact]
    public async Task Open_NewFile_IsForItsOwnerOnly()
    {
        await using var database = await OpenAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DatabasePath));
    }

    [Fact]
    public async Task Dispose_WithLog_LeavesOneFile()
    {
        await using (var database = await OpenAsync()) await database.WriteAsync(session => session.Write(Key, [1], null));
        Assert.Equal([DatabasePath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Write_AfterDispose_Throws()
    {
        var database = await OpenAsync();
        await database.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.WriteAsync(session => session.Beat()));
    }

    [Fact]
    public void Validate_EverythingWrong_NamesAllKeys()
    {
        var result = new SqliteStorageOptionsValidator().Validate(
            null, new SqliteStorageOptions { Readers = 0, MaxBatch = 0, BusyTimeout = TimeSpan.FromSeconds(-1) });
        Assert.Equal(4, result.Failures!.Count());
    }

    private Task<SqliteDatabase<GrainStateSession>> OpenAsync(string? path = null) => SqliteDatabase<GrainStateSession>.OpenAsync(
        new SqliteFileOptions { Path = path ?? DatabasePath },
        GrainStateSchema.Migrations,
        static connection => new GrainStateSession(connection),
        NullLogger.Instance);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
