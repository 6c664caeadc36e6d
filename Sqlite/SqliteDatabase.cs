using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Granary.Sqlite;

/// <summary>
/// A file with its threads: one writer, which commits together what is waiting together, and a few readers. SQLite calls
/// block, so none of them runs on a grain's scheduler or on the thread pool.
/// </summary>
/// <typeparam name="TSession">A connection with the statements of what the file holds.</typeparam>
public sealed partial class SqliteDatabase<TSession> : IAsyncDisposable
    where TSession : SqliteSession
{
    private readonly SqliteFileOptions _options;
    private readonly IReadOnlyList<string> _migrations;
    private readonly Func<SqliteConnection, TSession> _open;
    private readonly ILogger _logger;
    private readonly BlockingCollection<SqliteWork<TSession>> _writes = [];
    private readonly BlockingCollection<SqliteWork<TSession>> _reads = [];
    private readonly List<Task> _threads = [];

    private SqliteDatabase(
        SqliteFileOptions options, IReadOnlyList<string> migrations, Func<SqliteConnection, TSession> open, ILogger logger)
    {
        _options = options;
        _migrations = migrations;
        _open = open;
        _logger = logger;
    }

    /// <summary>Opens or makes the file and upgrades its schema.</summary>
    /// <param name="options">The file.</param>
    /// <param name="migrations">Version N of the schema is the first N; one that was released is never edited.</param>
    /// <param name="open">Prepares the statements on a connection.</param>
    /// <param name="logger">Told of what fails.</param>
    /// <exception cref="StorageSchemaException">The file was written by a newer program.</exception>
#pragma warning disable CA1000 // Every caller names its session anyway.
    public static async Task<SqliteDatabase<TSession>> OpenAsync(
        SqliteFileOptions options, IReadOnlyList<string> migrations, Func<SqliteConnection, TSession> open, ILogger logger)
#pragma warning restore CA1000
    {
        var database = new SqliteDatabase<TSession>(options, migrations, open, logger);
        await database.StartAsync("granary-sqlite-writer", database._writes, database.WriteAll, upgrade: true);
        for (var i = 0; i < options.Readers; i++)
            await database.StartAsync("granary-sqlite-reader", database._reads, database.ReadAll, upgrade: false);
        return database;
    }

    public Task<T> ReadAsync<T>(Func<TSession, T> body) => Enqueue(_reads, body);

    /// <summary>Runs <paramref name="body"/> in a transaction; completes when it is durable.</summary>
    public Task<T> WriteAsync<T>(Func<TSession, T> body) => Enqueue(_writes, body);

    /// <summary>Finishes what is queued, moves the log into the file and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _reads.CompleteAdding();
        _writes.CompleteAdding();
        await Task.WhenAll(_threads);
    }

    private static Task<T> Enqueue<T>(BlockingCollection<SqliteWork<TSession>> queue, Func<TSession, T> body)
    {
        var work = new SqliteWork<TSession, T>(body);
        try
        {
            queue.Add(work);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(new ObjectDisposedException(nameof(SqliteDatabase<TSession>), "The database is closed."));
        }

        return work.Task;
    }

    private async Task StartAsync(
        string name, BlockingCollection<SqliteWork<TSession>> queue, Action<TSession, BlockingCollection<SqliteWork<TSession>>> loop, bool upgrade)
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
            catch (Exception fault) when (ready.TrySetException(_options.Translate(fault)))
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

    private void ReadAll(TSession session, BlockingCollection<SqliteWork<TSession>> queue)
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
                LogReadFailed(_logger, fault, _options.Path);
                work.Fail(_options.Translate(fault));
            }
        }
    }

    private void WriteAll(TSession session, BlockingCollection<SqliteWork<TSession>> queue)
    {
        var batch = new List<SqliteWork<TSession>>(_options.MaxBatch);
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < _options.MaxBatch && queue.TryTake(out var next)) batch.Add(next);
            if (TryCommit(session, batch, out _)) continue;

            // One of them may be the cause: each on its own, so that it fails alone.
            foreach (var work in batch)
            {
                if (!TryCommit(session, [work], out var fault)) work.Fail(_options.Translate(fault!));
            }
        }

        TryCheckpoint(session);
    }

    private bool TryCommit(TSession session, List<SqliteWork<TSession>> batch, out Exception? fault)
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
            LogWriteFailed(_logger, caught, batch.Count, _options.Path);
            TryRollback(session);
            fault = caught;
            return false;
        }

        foreach (var work in batch) work.Complete();
        return true;
    }

    private static void TryRollback(TSession session)
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

    private void TryCheckpoint(TSession session)
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

    private TSession OpenSession(bool upgrade)
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
            return _open(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The file holds secrets: nobody but the server's user may read it. SQLite gives its side files the same mode.</summary>
    private static void CreateFile(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (new FileStream(path, options))
        {
        }

        Directories.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
