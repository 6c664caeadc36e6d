using Microsoft.Data.Sqlite;

namespace Granary.Sqlite;

/// <summary>A part of a session's statements, such as those of one table; belongs to the session's thread.</summary>
public abstract class SqliteStatements(SqliteSession session)
{
    /// <inheritdoc cref="SqliteSession.Prepare"/>
    protected SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters) => session.Prepare(sql, parameters);

    /// <inheritdoc cref="SqliteSession.Bind"/>
    protected static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object?> values) => SqliteSession.Bind(command, values);
}
