using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Storage;

/// <summary>What names one record.</summary>
internal readonly record struct RecordKey(string GrainType, string GrainKey, string Name);

/// <summary>A record as it lies in the file.</summary>
internal sealed record StoredRecord(byte[] Payload, long ETag);

/// <summary>The statements of the grain storage.</summary>
internal sealed class GrainStateSession : SqliteSession
{
    private const string Where = " WHERE grain_type = $type AND grain_key = $key AND name = $name";

    private readonly SqliteCommand _read;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _beat;

    public GrainStateSession(SqliteConnection connection)
        : base(connection)
    {
        _read = Prepare("SELECT payload, etag FROM grain_state" + Where, "$type", "$key", "$name");

        // ETags are random, so that a record removed and made anew never takes a stale writer for a current one.
        _insert = Prepare(
            "INSERT INTO grain_state (grain_type, grain_key, name, etag, payload) VALUES ($type, $key, $name, random(), $payload)"
            + " ON CONFLICT DO NOTHING RETURNING etag",
            "$type", "$key", "$name", "$payload");
        _update = Prepare(
            "UPDATE grain_state SET payload = $payload, etag = random()" + Where + " AND etag = $etag RETURNING etag",
            "$type", "$key", "$name", "$payload", "$etag");
        _delete = Prepare("DELETE FROM grain_state" + Where + " AND etag = $etag", "$type", "$key", "$name", "$etag");
        _beat = Prepare("UPDATE health SET beats = beats + 1 RETURNING beats");
    }

    public long Beat() => (long)_beat.ExecuteScalar()!;

    public StoredRecord? Read(RecordKey key)
    {
        Bind(_read, key);
        using var reader = _read.ExecuteReader();
        return reader.Read() ? new StoredRecord(reader.GetFieldValue<byte[]>(0), reader.GetInt64(1)) : null;
    }

    /// <summary>The ETag of the record written, or null when the stored one is not <paramref name="expected"/> (null: none).</summary>
    public long? Write(RecordKey key, byte[] payload, long? expected)
    {
        var command = expected is null ? _insert : _update;
        Bind(command, key);
        command.Parameters["$payload"].Value = payload;
        if (expected is { } etag) command.Parameters["$etag"].Value = etag;
        return (long?)command.ExecuteScalar();
    }

    /// <summary>Whether the record is gone; false when the stored one is not <paramref name="expected"/> (null: none).</summary>
    public bool Delete(RecordKey key, long? expected)
    {
        if (expected is not { } etag) return Read(key) is null;
        Bind(_delete, key);
        _delete.Parameters["$etag"].Value = etag;
        return _delete.ExecuteNonQuery() == 1;
    }

    private static void Bind(SqliteCommand command, RecordKey key)
    {
        command.Parameters["$type"].Value = key.GrainType;
        command.Parameters["$key"].Value = key.GrainKey;
        command.Parameters["$name"].Value = key.Name;
    }
}
