using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>How values lie in the columns.</summary>
internal static class Columns
{
    public static long Of(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Of(DateTimeOffset? time) => time is { } some ? some.ToUnixTimeMilliseconds() : null;

    public static byte[] Of(Guid id) => id.ToByteArray();

    public static long Of(bool flag) => flag ? 1 : 0;

    public static DateTimeOffset Time(this SqliteDataReader reader, int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    public static Guid Id(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));

    public static Guid? IdOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Id(column);

    public static string? TextOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? NumberOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
