using System.Text.Json;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>The due table: which webhooks have something to do, and who is at it.</summary>
internal sealed class LaneTable : SqliteStatements
{
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _due;
    private readonly SqliteCommand _nextAt;
    private readonly SqliteCommand _lease;
    private readonly SqliteCommand _release;

    public LaneTable(SqliteSession session)
        : base(session)
    {
        _put = Prepare(
            "INSERT INTO lane (hook, lane, host, next_at, leased_until) VALUES ($hook, $lane, $host, $next, 0)"
            + " ON CONFLICT DO UPDATE SET host = excluded.host, next_at = excluded.next_at",
            "$hook", "$lane", "$host", "$next");
        _delete = Prepare("DELETE FROM lane WHERE hook = $hook AND lane = $lane", "$hook", "$lane");
        _due = Prepare(
            "SELECT hook, lane, host FROM lane WHERE next_at <= $now AND leased_until <= $now"
            + " AND host NOT IN (SELECT value FROM json_each($busy)) ORDER BY next_at LIMIT $count",
            "$now", "$busy", "$count");
        _nextAt = Prepare("SELECT min(max(next_at, leased_until)) FROM lane WHERE max(next_at, leased_until) > $now", "$now");
        _lease = Prepare(
            "UPDATE lane SET leased_until = $until WHERE hook = $hook AND lane = $lane AND next_at <= $now AND leased_until <= $now",
            "$hook", "$lane", "$now", "$until");
        _release = Prepare("UPDATE lane SET leased_until = 0 WHERE hook = $hook AND lane = $lane", "$hook", "$lane");
    }

    /// <summary>With null there is nothing to do.</summary>
    public void Put(Guid hook, Lane lane, string host, long? nextAt)
    {
        if (nextAt is { } at) Bind(_put, Columns.Of(hook), (long)lane, host, at).ExecuteNonQuery();
        else Bind(_delete, Columns.Of(hook), (long)lane).ExecuteNonQuery();
    }

    /// <summary>Those that have waited longest, but none of the hosts named.</summary>
    public List<DueLane> ReadDue(DateTimeOffset now, IReadOnlyCollection<string> busyHosts, int count)
    {
        using var reader = Bind(_due, Columns.Of(now), JsonSerializer.Serialize(busyHosts), count).ExecuteReader();
        var due = new List<DueLane>();
        while (reader.Read()) due.Add(new DueLane(reader.Id(0), (Lane)reader.GetInt32(1), reader.GetString(2)));
        return due;
    }

    /// <summary>When something is due next that is not yet.</summary>
    public DateTimeOffset? ReadNext(DateTimeOffset now) =>
        Bind(_nextAt, Columns.Of(now)).ExecuteScalar() is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>False: somebody else was faster, or it is not due any more.</summary>
    public bool Lease(DueLane lane, DateTimeOffset now, DateTimeOffset until) =>
        Bind(_lease, Columns.Of(lane.Hook), (long)lane.Lane, Columns.Of(now), Columns.Of(until)).ExecuteNonQuery() > 0;

    public void Release(Guid hook, Lane lane) => Bind(_release, Columns.Of(hook), (long)lane).ExecuteNonQuery();
}

internal sealed record DueLane(Guid Hook, Lane Lane, string Host);
