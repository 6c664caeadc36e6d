using System.Collections.Concurrent;
using Granary.Grains.Posix;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Granary.Grains.Storage;

/// <summary>
/// The file with its threads: one writer, which commits together what is waiting together, and a few readers. SQLite calls
/// block, so none of them runs on a grain's scheduler or on the thread pool.
/// </summary>
internal sealed partial class SqliteDatabase : IAsyncDisposable
{
    private readonly SqliteStorageOptions _options;
    private readonly IReadOnlyList<string> _migrations;
    private readonly ILogger _logger;
    private readonly BlockingCollection<SqliteWork> _writes = [];
    private readonly BlockingCollection<SqliteWork> _reads = [];
    private readonly List<Task> _threads = [];

    private SqliteDatabase(SqliteStorageOptions options, IReadOnlyList<string> migrations, ILogger logger)
    {
        _options = options;
        _migrations = migrations;
        _logger = logger;
    }

    /// <summary>Opens or makes the file and upgrades its schema.</summary>
    /// <exception cref="StorageSchemaException">The file was written by a newer program.</exception>
    public static async Task<SqliteDatabase> OpenAsync(
        SqliteStorageOptions options, ILogger logger, IReadOnlyList<string>? migrations = null)
    {
        var database = new SqliteDatabase(options, migrations ?? SqliteSchema.Migrations, logger);
        await database.StartAsync("granary-sqlite-writer", database._writes, database.WriteAll, upgrade: true);
        for (var i = 0; i < options.Readers; i++)
            await database.StartAsync("granary-sqlite-reader", database._reads, database.ReadAll, upgrade: false);
        return database;
    }

    public Task<T> ReadAsync<T>(Func<SqliteSession, T> body) => Enqueue(_reads, body);

    /// <summary>Runs <paramref name="body"/> in a transaction; completes when it is durable.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> body) => Enqueue(_writes, body);

    /// <summary>Finishes what is queued, moves the log into the file and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _reads.CompleteAdding();
        _writes.CompleteAdding();
        await Task.WhenAll(_threads);
    }

    private static Task<T> Enqueue<T>(BlockingCollection<SqliteWork> queue, Func<SqliteSession, T> body)
    {
        var work = new SqliteWork<T>(body);
        try
        {
            queue.Add(work);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(new ObjectDisposedException(nameof(SqliteDatabase), "The grain storage is closed."));
        }

        return work.Task;
    }

    private async Task StartAsync(
        string name, BlockingCollection<SqliteWork> queue, Action<SqliteSession, BlockingCollection<SqliteWork>> loop, bool upgrade)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using var session = OpenSession(upgrade);
                ready.TrySetResult();
                loop(session, queue);
            }
            catch (Exception fault) when (ready.TrySetException(SqliteFaults.Translate(fault, _options.Path)))
            {
                // Whoever opens the database is told.
            }
            finally
            {
                ended.TrySetResult();
            }
        })
        { Name = name, IsBackground = true };
        thread.Start();
        _threads.Add(ended.Task);
        try
        {
            await ready.Task;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private void ReadAll(SqliteSession session, BlockingCollection<SqliteWork> queue)
    {
        foreach (var work in queue.GetConsumingEnumerable())
        {
            try
            {
                work.Run(session);
                work.Complete();
            }
            catch (Exception fault)
            {
                LogReadFailed(_logger, fault);
                work.Fail(SqliteFaults.Translate(fault, _options.Path));
            }
        }
    }

    private void WriteAll(SqliteSession session, BlockingCollection<SqliteWork> queue)
    {
        var batch = new List<SqliteWork>(_options.MaxBatch);
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < _options.MaxBatch && queue.TryTake(out var next)) batch.Add(next);
            if (TryCommit(session, batch, out _)) continue;

            // One of them may be the cause: each on its own, so that it fails alone.
            foreach (var work in batch)
            {
                if (!TryCommit(session, [work], out var fault)) work.Fail(SqliteFaults.Translate(fault!, _options.Path));
            }
        }

        TryCheckpoint(session);
    }

    private bool TryCommit(SqliteSession session, List<SqliteWork> batch, out Exception? fault)
    {
        fault = null;
        try
        {
            session.Begin();
            foreach (var work in batch) work.Run(session);
            session.Commit();
        }
        catch (Exception caught)
        {
            LogWriteFailed(_logger, caught, batch.Count);
            TryRollback(session);
            fault = caught;
            return false;
        }

        foreach (var work in batch) work.Complete();
        return true;
    }

    private static void TryRollback(SqliteSession session)
    {
        try
        {
            session.Rollback();
        }
        catch (SqliteException)
        {
            // Some errors end the transaction by themselves.
        }
    }

    private void TryCheckpoint(SqliteSession session)
    {
        try
        {
            session.Checkpoint();
        }
        catch (SqliteException fault)
        {
            // Nothing is lost: the next start reads the log.
            LogCheckpointFailed(_logger, fault);
        }
    }

    private SqliteSession OpenSession(bool upgrade)
    {
        if (upgrade) CreateFile(_options.Path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _options.Path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)_options.BusyTimeout.TotalSeconds),
        }.ConnectionString);
        try
        {
            connection.Open();
            using (var pragmas = connection.CreateCommand())
            {
#pragma warning disable CA2100 // A number.
                pragmas.CommandText = $"PRAGMA busy_timeout = {(long)_options.BusyTimeout.TotalMilliseconds}; "
                    + "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
#pragma warning restore CA2100
                pragmas.ExecuteNonQuery();
            }

            if (upgrade) SqliteSchema.Upgrade(connection, _options.Path, _migrations);
            return new SqliteSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The file holds password hashes: nobody but the server's user may read it. SQLite gives its side files the same mode.</summary>
    private static void CreateFile(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (new FileStream(path, options))
        {
        }

        DurableFiles.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
