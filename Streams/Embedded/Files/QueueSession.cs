using System.Globalization;
using Granary.Sqlite;
using Granary.Streams.DeadLetters;
using Microsoft.Data.Sqlite;

namespace Granary.Streams.Embedded.Files;

/// <summary>The statements of the queue file.</summary>
internal sealed class QueueSession : SqliteSession
{
    private const string Columns = "id, namespace, key, enqueued_at, attempts, body";

    private readonly SqliteCommand _claim;
    private readonly SqliteCommand _epoch;
    private readonly SqliteCommand _grow;
    private readonly SqliteCommand _shrink;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _attempt;
    private readonly SqliteCommand _read;
    private readonly SqliteCommand _readStream;
    private readonly SqliteCommand _length;
    private readonly SqliteCommand _bury;
    private readonly SqliteCommand _dead;
    private readonly SqliteCommand _revive;
    private readonly SqliteCommand _deadQueue;
    private readonly SqliteCommand _forget;

    public QueueSession(SqliteConnection connection)
        : base(connection)
    {
        _claim = Prepare(
            "INSERT INTO queue (name, epoch, length) VALUES ($queue, 1, 0) ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING epoch",
            "$queue");
        _epoch = Prepare("SELECT epoch FROM queue WHERE name = $queue", "$queue");
        _grow = Prepare(
            "INSERT INTO queue (name, epoch, length) VALUES ($queue, 0, $count)"
            + " ON CONFLICT DO UPDATE SET length = length + $count WHERE length + $count <= $most OR $most < 0",
            "$queue", "$count", "$most");
        _shrink = Prepare("UPDATE queue SET length = length - $count WHERE name = $queue", "$queue", "$count");
        _insert = Prepare(
            "INSERT INTO message (queue, namespace, key, enqueued_at, body) VALUES ($queue, $namespace, $key, $time, $body)",
            "$queue", "$namespace", "$key", "$time", "$body");
        _delete = Prepare("DELETE FROM message WHERE id = $id", "$id");
        _attempt = Prepare("UPDATE message SET attempts = $attempts WHERE id = $id", "$id", "$attempts");
        _read = Prepare(
            $"SELECT {Columns} FROM message WHERE queue = $queue AND id > $after ORDER BY id LIMIT $count", "$queue", "$after", "$count");
        _readStream = Prepare(
            $"SELECT {Columns} FROM message WHERE queue = $queue AND namespace = $namespace AND key = $key AND id > $after AND id <= $last"
            + " ORDER BY id LIMIT $count",
            "$queue", "$namespace", "$key", "$after", "$last", "$count");
        _length = Prepare("SELECT length FROM queue WHERE name = $queue", "$queue");
        _bury = Prepare(
            "INSERT INTO dead_letter (provider, queue, namespace, key, enqueued_at, died_at, attempts, reason, body)"
            + " SELECT $provider, queue, namespace, key, enqueued_at, $time, $attempts, $reason, body FROM message WHERE id = $id",
            "$id", "$provider", "$time", "$attempts", "$reason");
        _dead = Prepare(
            "SELECT id, provider, namespace, key, enqueued_at, died_at, attempts, reason, length(body) FROM dead_letter"
            + " WHERE provider = $provider AND id > $after ORDER BY id LIMIT $count",
            "$provider", "$after", "$count");
        _revive = Prepare(
            "INSERT INTO message (queue, namespace, key, enqueued_at, body)"
            + " SELECT queue, namespace, key, enqueued_at, body FROM dead_letter WHERE id = $id AND provider = $provider",
            "$id", "$provider");
        _deadQueue = Prepare("SELECT queue FROM dead_letter WHERE id = $id AND provider = $provider", "$id", "$provider");
        _forget = Prepare("DELETE FROM dead_letter WHERE id = $id AND provider = $provider", "$id", "$provider");
    }

    /// <summary>Takes a queue over from whoever had it; the reads of the one before find nothing from now on.</summary>
    public long Claim(string queue) => (long)Bind(_claim, queue).ExecuteScalar()!;

    public long Length(string queue) => (long?)Bind(_length, queue).ExecuteScalar() ?? 0;

    /// <summary>All of them, or false when the queue would be longer than <paramref name="most"/>.</summary>
    public bool Insert(string queue, StreamId stream, DateTimeOffset time, IReadOnlyList<byte[]> bodies, int most)
    {
        if (bodies.Count > most || Bind(_grow, queue, bodies.Count, most).ExecuteNonQuery() == 0) return false;
        foreach (var body in bodies)
            Bind(_insert, queue, stream.GetNamespace() ?? "", stream.GetKeyAsString(), time.ToUnixTimeMilliseconds(), body).ExecuteNonQuery();
        return true;
    }

    public void Delete(string queue, IReadOnlyList<long> ids)
    {
        var deleted = 0;
        foreach (var id in ids) deleted += Bind(_delete, id).ExecuteNonQuery();
        if (deleted > 0) Bind(_shrink, queue, deleted).ExecuteNonQuery();
    }

    public void SetAttempts(long id, int attempts) => Bind(_attempt, id, attempts).ExecuteNonQuery();

    /// <summary>Whether the queue is still the reader's.</summary>
    public bool Owns(string queue, long epoch) => Bind(_epoch, queue).ExecuteScalar() is long current && current == epoch;

    public List<StoredMessage> Read(string queue, long after, int count) => Read(Bind(_read, queue, after, count));

    public List<StoredMessage> ReadStream(string queue, StreamId stream, long after, long last, int count) =>
        Read(Bind(_readStream, queue, stream.GetNamespace() ?? "", stream.GetKeyAsString(), after, last, count));

    /// <summary>Makes a message a dead letter.</summary>
    public void Bury(string provider, string queue, long id, DateTimeOffset time, int attempts, string reason)
    {
        if (Bind(_bury, id, provider, time.ToUnixTimeMilliseconds(), attempts, reason).ExecuteNonQuery() > 0) Delete(queue, [id]);
    }

    public IReadOnlyList<DeadLetter> ReadDead(string provider, long after, int count)
    {
        using var reader = Bind(_dead, provider, after, count).ExecuteReader();
        var letters = new List<DeadLetter>();
        while (reader.Read())
        {
            letters.Add(new DeadLetter(
                reader.GetInt64(0).ToString(CultureInfo.InvariantCulture), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                Time(reader.GetInt64(4)), Time(reader.GetInt64(5)), reader.GetInt32(6), reader.GetString(7), reader.GetInt64(8)));
        }

        return letters;
    }

    /// <summary>Puts a dead letter at the end of its queue, full or not; returns the queue, null when there is no such letter.</summary>
    public string? Revive(string provider, long id)
    {
        if (Bind(_deadQueue, id, provider).ExecuteScalar() is not string queue) return null;
        Bind(_revive, id, provider).ExecuteNonQuery();
        Bind(_grow, queue, 1, -1).ExecuteNonQuery();
        Bind(_forget, id, provider).ExecuteNonQuery();
        return queue;
    }

    public bool Forget(string provider, long id) => Bind(_forget, id, provider).ExecuteNonQuery() > 0;

    private static List<StoredMessage> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var messages = new List<StoredMessage>();
        while (reader.Read())
        {
            var @namespace = reader.GetString(1);
            messages.Add(new StoredMessage(
                reader.GetInt64(0), StreamId.Create(@namespace.Length == 0 ? null! : @namespace, reader.GetString(2)),
                Time(reader.GetInt64(3)), reader.GetInt32(4), reader.GetFieldValue<byte[]>(5)));
        }

        return messages;
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
