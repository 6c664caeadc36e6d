using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Granary.Sqlite;

/// <summary>A schema with versions: version N is the first N migrations. A migration that was released is never edited.</summary>
internal static class SqliteSchema
{
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
