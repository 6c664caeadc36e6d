using System.Globalization;
using Granary.Tests.Harness;
using Microsoft.Data.Sqlite;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>Looks into the file of a server that runs: what the API does not show must be gone too.</summary>
internal static class WebhookRows
{
    public static async Task<long> CountAsync(GranaryServer server, string table, string column, IReadOnlyCollection<Guid> ids)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = Path.Combine(server.DataPath, "webhooks.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        await using var connection = new SqliteConnection(builder.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        var names = ids.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"$id{i}")).ToList();
#pragma warning disable CA2100 // Names of the test's own.
        command.CommandText = $"SELECT count(*) FROM {table} WHERE {column} IN ({string.Join(", ", names)})";
#pragma warning restore CA2100
        foreach (var (name, id) in names.Zip(ids)) command.Parameters.AddWithValue(name, id.ToByteArray());
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
