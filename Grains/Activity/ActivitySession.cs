using System.Text.Json;
using Granary.Activity;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Activity;

/// <summary>The statements of the activity file.</summary>
internal sealed class ActivitySession : SqliteSession
{
    private const string Columns = "SELECT p.sequence, p.push_id, p.time, p.offset_minutes, p.user, p.user_id, p.protocol, p.options, p.changes, p.deploy_key";

    private readonly SqliteCommand _addPush;
    private readonly SqliteCommand _addChange;
    private readonly SqliteCommand _list;
    private readonly SqliteCommand _listOfRef;
    private readonly SqliteCommand _changes;
    private readonly SqliteCommand _changeOfRef;
    private readonly SqliteCommand _removePushes;
    private readonly SqliteCommand _removeChanges;

    public ActivitySession(SqliteConnection connection)
        : base(connection)
    {
        _addPush = Prepare(
            "INSERT INTO push (repository, sequence, push_id, time, offset_minutes, user, user_id, protocol, options, changes, deploy_key)"
            + " VALUES ($repository, $sequence, $push, $time, $offset, $user, $userId, $protocol, $options, $changes, $deployKey) ON CONFLICT DO NOTHING",
            "$repository", "$sequence", "$push", "$time", "$offset", "$user", "$userId", "$protocol", "$options", "$changes", "$deployKey");
        _addChange = Prepare(
            "INSERT INTO change (repository, sequence, position, ref, old, new, forced) VALUES ($repository, $sequence, $position, $ref, $old, $new, $forced)",
            "$repository", "$sequence", "$position", "$ref", "$old", "$new", "$forced");
        _list = Prepare(
            Columns + " FROM push p WHERE p.repository = $repository AND p.sequence < $before ORDER BY p.sequence DESC LIMIT $count",
            "$repository", "$before", "$count");
        _listOfRef = Prepare(
            Columns + " FROM change c JOIN push p ON p.repository = c.repository AND p.sequence = c.sequence"
            + " WHERE c.repository = $repository AND c.ref = $ref AND c.sequence < $before ORDER BY c.sequence DESC LIMIT $count",
            "$repository", "$before", "$count", "$ref");
        _changes = Prepare(
            "SELECT ref, old, new, forced FROM change WHERE repository = $repository AND sequence = $sequence ORDER BY position LIMIT $count",
            "$repository", "$sequence", "$count");
        _changeOfRef = Prepare(
            "SELECT ref, old, new, forced FROM change WHERE repository = $repository AND sequence = $sequence AND ref = $ref LIMIT $count",
            "$repository", "$sequence", "$count", "$ref");
        _removePushes = Prepare("DELETE FROM push WHERE repository = $repository", "$repository");
        _removeChanges = Prepare("DELETE FROM change WHERE repository = $repository", "$repository");
    }

    public void Add(PushEvent pushed)
    {
        var repository = pushed.Repository.Value.ToByteArray();
        var added = Bind(
            _addPush, repository, pushed.Sequence, pushed.PushId.ToByteArray(), pushed.Time.UtcTicks, (long)pushed.Time.Offset.TotalMinutes,
            pushed.User, pushed.UserId?.ToByteArray(), pushed.Protocol,
            pushed.PushOptions.Count == 0 ? null : JsonSerializer.Serialize(pushed.PushOptions), pushed.Changes.Count, pushed.DeployKey).ExecuteNonQuery();
        if (added == 0) return;
        for (var i = 0; i < pushed.Changes.Count; i++)
        {
            var change = pushed.Changes[i];
            Bind(_addChange, repository, pushed.Sequence, i, change.Ref, change.Old.ToString(), change.New.ToString(),
                change.IsForced is { } forced ? forced ? 1L : 0L : null).ExecuteNonQuery();
        }
    }

    /// <summary>One more than asked for, if there are, tells that there is another page.</summary>
    public List<ActivityEntry> List(RepositoryId repository, ActivityQuery query)
    {
        var key = repository.Value.ToByteArray();
        var before = query.Before ?? long.MaxValue;
        var command = query.Ref is { } name
            ? Bind(_listOfRef, key, before, query.Size + 1, name.Value)
            : Bind(_list, key, before, query.Size + 1);
        var entries = new List<ActivityEntry>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var pushed = new PushEvent(
                    repository, reader.GetInt64(0), new Guid(reader.GetFieldValue<byte[]>(1)),
                    new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(reader.GetInt64(3))),
                    reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : new Guid(reader.GetFieldValue<byte[]>(5)),
                    reader.GetString(6), reader.IsDBNull(7) ? [] : JsonSerializer.Deserialize<string[]>(reader.GetString(7))!, [],
                    reader.IsDBNull(9) ? null : reader.GetString(9));
                entries.Add(new ActivityEntry(pushed, reader.GetInt32(8)));
            }
        }

        return entries.ConvertAll(e => e with { Event = e.Event with { Changes = Changes(key, e.Event.Sequence, query.Ref) } });
    }

    public void Remove(RepositoryId repository)
    {
        var key = repository.Value.ToByteArray();
        Bind(_removePushes, key).ExecuteNonQuery();
        Bind(_removeChanges, key).ExecuteNonQuery();
    }

    private List<RefChange> Changes(byte[] repository, long sequence, RefName? name)
    {
        var command = name is { } only
            ? Bind(_changeOfRef, repository, sequence, ActivityEntry.MaxChanges, only.Value)
            : Bind(_changes, repository, sequence, ActivityEntry.MaxChanges);
        using var reader = command.ExecuteReader();
        var changes = new List<RefChange>();
        while (reader.Read())
        {
            changes.Add(new RefChange(
                reader.GetString(0), ObjectId.Parse(reader.GetString(1)), ObjectId.Parse(reader.GetString(2)),
                reader.IsDBNull(3) ? null : reader.GetInt64(3) != 0));
        }

        return changes;
    }
}
