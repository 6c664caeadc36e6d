using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Storage;

/// <summary>The versioned schema: version N is the first N migrations. A migration that was released is never edited.</summary>
internal static class SqliteSchema
{
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE grain_state (
            grain_type TEXT NOT NULL,
            grain_key TEXT NOT NULL,
            name TEXT NOT NULL,
            etag INTEGER NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (grain_type, grain_key, name)
        ) STRICT;
        """,
        """
        CREATE TABLE health (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL) STRICT;
        INSERT INTO health (id, beats) VALUES (1, 0);
        """,
    ];

    /// <summary>Brings the file to the version of this program, in one transaction.</summary>
    /// <exception cref="StorageSchemaException">The file was written by a newer program.</exception>
    public static void Upgrade(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            var found = Version(connection);
            if (found > migrations.Count) throw new StorageSchemaException(path, found, migrations.Count);
            for (var version = (int)found; version < migrations.Count; version++) Execute(connection, migrations[version]);
            if (found < migrations.Count) Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migrations.Count}"));
            Execute(connection, "COMMIT");
        }
        catch
        {
            Execute(connection, "ROLLBACK");
            throw;
        }
    }

    private static long Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    // The texts are constants of this program.
#pragma warning disable CA2100
    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
#pragma warning restore CA2100
}

/// <summary>The database was written by a newer program than this one.</summary>
public sealed class StorageSchemaException(string path, long found, long known)
    : Exception($"The database '{path}' has schema version {found}, but this program knows versions up to {known}. "
        + "It was written by a newer version of Granary: start that version, or restore a backup made before the upgrade.")
{
    public string Path { get; } = path;

    public long FoundVersion { get; } = found;

    public long KnownVersion { get; } = known;
}
