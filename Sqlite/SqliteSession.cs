using Microsoft.Data.Sqlite;

namespace Granary.Sqlite;

/// <summary>One connection with its prepared statements; belongs to one thread.</summary>
public abstract class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;

    protected SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
    }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public void Rollback() => _rollback.ExecuteNonQuery();

    /// <summary>Moves the write-ahead log into the database file, so that a closed server leaves one file.</summary>
    public void Checkpoint()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in _commands) command.Dispose();
        _connection.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A statement for the life of the session.</summary>
    /// <param name="sql">A constant of the program.</param>
    /// <param name="parameters">Their names; values are given before each use.</param>
#pragma warning disable CA2100 // As said of the parameter.
    protected internal SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name, Value = DBNull.Value });
        _commands.Add(command);
        return command;
    }
#pragma warning restore CA2100

    /// <summary>Gives the parameters their values, in the order in which they were named.</summary>
    protected internal static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        ArgumentNullException.ThrowIfNull(command);
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
