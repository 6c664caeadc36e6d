using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Hooks.Webhooks;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>Deliveries: those that wait, and the log of those that ended.</summary>
internal sealed class DeliveryTable : SqliteStatements
{
    private const string All = "id, hook, event, repository, sequence, state, created_at, lane, due_at, attempts, place, tries";

    private readonly SqliteCommand _add;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _body;
    private readonly SqliteCommand _list;
    private readonly SqliteCommand _next;
    private readonly SqliteCommand _nextDue;
    private readonly SqliteCommand _firstOfAny;
    private readonly SqliteCommand _lastOfAny;
    private readonly SqliteCommand _firstDue;
    private readonly SqliteCommand _waiting;
    private readonly SqliteCommand _waitingIn;
    private readonly SqliteCommand _queue;
    private readonly SqliteCommand _end;
    private readonly SqliteCommand _wait;
    private readonly SqliteCommand _allWaiting;

    public DeliveryTable(SqliteSession session)
        : base(session)
    {
        const string place = "(SELECT coalesce(max(place), 0) + 1 FROM delivery WHERE hook = $hook)";
        _add = Prepare(
            "INSERT INTO delivery (id, hook, repository, sequence, event, body, created_at, state, place, lane, due_at, attempts, tries)"
            + $" VALUES ($id, $hook, $repository, $sequence, $event, $body, $time, 0, {place}, $lane, $time, 0, 0) ON CONFLICT (id) DO NOTHING",
            "$id", "$hook", "$repository", "$sequence", "$event", "$body", "$time", "$lane");
        _find = Prepare($"SELECT {All} FROM delivery WHERE hook = $hook AND id = $id", "$hook", "$id");
        _body = Prepare("SELECT body FROM delivery WHERE id = $id", "$id");
        _list = Prepare($"SELECT {All} FROM delivery WHERE hook = $hook AND place < $before ORDER BY place DESC LIMIT $count", "$hook", "$before", "$count");
        _next = Prepare($"SELECT {All} FROM delivery WHERE hook = $hook AND lane = $lane ORDER BY place LIMIT 1", "$hook", "$lane");
        _nextDue = Prepare(
            $"SELECT {All} FROM delivery WHERE hook = $hook AND lane = $lane AND due_at <= $now ORDER BY place LIMIT 1", "$hook", "$lane", "$now");
        var anyWaiting = $"SELECT {All} FROM delivery WHERE hook = $hook AND lane IN ({(int)Lane.Fresh}, {(int)Lane.Retry}) ORDER BY place";
        _firstOfAny = Prepare($"{anyWaiting} LIMIT 1", "$hook");
        _lastOfAny = Prepare($"{anyWaiting} DESC LIMIT 1", "$hook");
        _firstDue = Prepare("SELECT min(due_at) FROM delivery WHERE hook = $hook AND lane = $lane", "$hook", "$lane");
        _waiting = Prepare("SELECT count(*) FROM delivery WHERE hook = $hook AND lane IS NOT NULL", "$hook");
        _waitingIn = Prepare("SELECT count(*) FROM delivery WHERE hook = $hook AND lane = $lane", "$hook", "$lane");
        _queue = Prepare(
            $"UPDATE delivery SET state = 0, lane = $lane, due_at = $time, tries = 0, ended_at = NULL, place = {place} WHERE id = $id",
            "$hook", "$id", "$lane", "$time");
        _end = Prepare(
            "UPDATE delivery SET state = $state, lane = NULL, due_at = NULL, attempts = attempts + 1, ended_at = $time WHERE id = $id",
            "$id", "$state", "$time");
        _wait = Prepare(
            "UPDATE delivery SET lane = $lane, due_at = $due, attempts = attempts + 1, tries = $tries WHERE id = $id", "$id", "$lane", "$due", "$tries");
        _allWaiting = Prepare("SELECT count(*) FROM delivery WHERE lane IS NOT NULL");
    }

    /// <summary>Puts one at the end of a lane; what is there under the id, waiting or ended, stays as it is.</summary>
    public bool Add(NewDelivery delivery, Lane lane, DateTimeOffset now) => Bind(
        _add, Columns.Of(delivery.Id), Columns.Of(delivery.Hook), delivery.Repository is { } id ? Columns.Of(id.Value) : null, delivery.Sequence,
        (long)delivery.Event, delivery.Body, Columns.Of(now), (long)lane).ExecuteNonQuery() > 0;

    /// <summary>Puts one that is there at the end of a lane, with all its tries before it.</summary>
    public void Queue(Guid hook, Guid id, Lane lane, DateTimeOffset now) =>
        Bind(_queue, Columns.Of(hook), Columns.Of(id), (long)lane, Columns.Of(now)).ExecuteNonQuery();

    /// <summary>It was attempted, and that was the end.</summary>
    public void End(Guid id, WebhookDeliveryState state, DateTimeOffset now) =>
        Bind(_end, Columns.Of(id), (long)state, Columns.Of(now)).ExecuteNonQuery();

    /// <summary>It was attempted, and will be again.</summary>
    public void Wait(Guid id, Lane lane, DateTimeOffset due, int tries) =>
        Bind(_wait, Columns.Of(id), (long)lane, Columns.Of(due), tries).ExecuteNonQuery();

    public StoredDelivery? Find(Guid hook, Guid id) => ReadOne(Bind(_find, Columns.Of(hook), Columns.Of(id)));

    public byte[]? FindBody(Guid id) => (byte[]?)Bind(_body, Columns.Of(id)).ExecuteScalar();

    public List<StoredDelivery> List(Guid hook, long? before, int count)
    {
        using var reader = Bind(_list, Columns.Of(hook), before ?? long.MaxValue, count).ExecuteReader();
        var all = new List<StoredDelivery>();
        while (reader.Read()) all.Add(Read(reader));
        return all;
    }

    /// <summary>The first of a lane.</summary>
    public StoredDelivery? Next(Guid hook, Lane lane) => ReadOne(Bind(_next, Columns.Of(hook), (long)lane));

    /// <summary>The first of a lane whose pause is over.</summary>
    public StoredDelivery? Next(Guid hook, Lane lane, DateTimeOffset now) => ReadOne(Bind(_nextDue, Columns.Of(hook), (long)lane, Columns.Of(now)));

    /// <summary>The first or the last that waits, due or not: for a probe.</summary>
    public StoredDelivery? NextOfAny(Guid hook, bool isLast) => ReadOne(Bind(isLast ? _lastOfAny : _firstOfAny, Columns.Of(hook)));

    /// <summary>When the first of a lane is due; null: it is empty.</summary>
    public long? FirstDue(Guid hook, Lane lane) => Bind(_firstDue, Columns.Of(hook), (long)lane).ExecuteScalar() as long?;

    public int CountWaiting(Guid hook) => (int)(long)Bind(_waiting, Columns.Of(hook)).ExecuteScalar()!;

    public int CountWaiting(Guid hook, Lane lane) => (int)(long)Bind(_waitingIn, Columns.Of(hook), (long)lane).ExecuteScalar()!;

    public long CountWaiting() => (long)_allWaiting.ExecuteScalar()!;

    private static StoredDelivery? ReadOne(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    private static StoredDelivery Read(SqliteDataReader reader)
    {
        var lane = (Lane?)reader.NumberOrNull(7);
        var info = new WebhookDelivery(
            reader.Id(0), reader.Id(1), (WebhookEvents)reader.GetInt32(2), reader.IdOrNull(3) is { } repository ? new RepositoryId(repository) : null,
            reader.NumberOrNull(4), (WebhookDeliveryState)reader.GetInt32(5), reader.Time(6),
            lane == Lane.Retry ? reader.TimeOrNull(8) : null, reader.GetInt32(9), reader.GetInt64(10));
        return new StoredDelivery(info, lane, reader.GetInt32(11));
    }
}

/// <summary>A delivery to be made.</summary>
internal sealed record NewDelivery(Guid Id, Guid Hook, RepositoryId? Repository, long? Sequence, WebhookEvents Event, byte[] Body);

/// <param name="Info">What is shown of it.</param>
/// <param name="Lane">Where it waits; null: it ended.</param>
/// <param name="Tries">Failed ones that count, since it was put into a lane.</param>
internal sealed record StoredDelivery(WebhookDelivery Info, Lane? Lane, int Tries);
