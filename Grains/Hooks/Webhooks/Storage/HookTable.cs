using System.Text.Json;
using Granary.Accounts;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Hooks.Webhooks;
using Granary.Projects;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>The webhooks themselves.</summary>
internal sealed class HookTable : SqliteStatements
{
    private const string All = "id, project, repository, url, host, secret, events, patterns, headers, verify_tls, active, notice, created_at, created_by,"
        + " failures, failing_since, probes, probe_at";

    private readonly SqliteCommand _put;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _ofRepository;
    private readonly SqliteCommand _ofProject;
    private readonly SqliteCommand _concerned;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _count;

    public HookTable(SqliteSession session)
        : base(session)
    {
        _put = Prepare(
            $"INSERT OR REPLACE INTO hook ({All}) VALUES ($id, $project, $repository, $url, $host, $secret, $events, $patterns, $headers, $verify,"
            + " $active, $notice, $createdAt, $createdBy, $failures, $failingSince, $probes, $probeAt)",
            "$id", "$project", "$repository", "$url", "$host", "$secret", "$events", "$patterns", "$headers", "$verify", "$active", "$notice",
            "$createdAt", "$createdBy", "$failures", "$failingSince", "$probes", "$probeAt");
        _find = Prepare($"SELECT {All} FROM hook WHERE id = $id", "$id");
        _ofRepository = Prepare($"SELECT {All} FROM hook WHERE repository = $repository AND id > $after ORDER BY id LIMIT $count", "$repository", "$after", "$count");
        _ofProject = Prepare(
            $"SELECT {All} FROM hook WHERE project = $project AND repository IS NULL AND id > $after ORDER BY id LIMIT $count", "$project", "$after", "$count");
        _concerned = Prepare(
            $"SELECT {All} FROM hook WHERE repository = $repository AND active"
            + $" UNION ALL SELECT {All} FROM hook WHERE project = $project AND repository IS NULL AND active",
            "$repository", "$project");
        _delete = Prepare("DELETE FROM hook WHERE id = $id", "$id");
        _count = Prepare(
            "SELECT count(*), coalesce(sum(active AND probe_at IS NOT NULL), 0), coalesce(sum(NOT active AND notice IS NOT NULL), 0) FROM hook");
    }

    public void Put(StoredHook hook) => Bind(
        _put, Columns.Of(hook.Id), hook.Owner.Project.Key, KeyOf(hook.Owner.Repository), hook.Url, hook.Host, hook.Secret, (long)hook.Events,
        JsonSerializer.Serialize(hook.RefPatterns), JsonSerializer.Serialize(hook.Headers), Columns.Of(hook.VerifyTls), Columns.Of(hook.IsActive),
        hook.Notice, Columns.Of(hook.CreatedAt), hook.CreatedBy?.Value, hook.Health.Failures, Columns.Of(hook.Health.FailingSince),
        hook.Health.Probes, Columns.Of(hook.Health.ProbeAt)).ExecuteNonQuery();

    public StoredHook? Find(Guid id)
    {
        using var reader = Bind(_find, Columns.Of(id)).ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    /// <summary>Of exactly that owner, by id.</summary>
    public List<StoredHook> List(WebhookOwner owner, Guid? after, int count)
    {
        var from = after is { } id ? Columns.Of(id) : [];
        return ReadAll(owner.Repository is { } repository
            ? Bind(_ofRepository, Columns.Of(repository.Value), from, count)
            : Bind(_ofProject, owner.Project.Key, from, count));
    }

    /// <summary>The active ones that events of a repository are for: its own, and its project's.</summary>
    public List<StoredHook> ListConcerned(RepositoryId repository, ProjectKey project) =>
        ReadAll(Bind(_concerned, Columns.Of(repository.Value), project.Key));

    public void Delete(Guid id) => Bind(_delete, Columns.Of(id)).ExecuteNonQuery();

    /// <summary>All, of these with an open breaker, of these switched off by the server.</summary>
    public (long All, long Waiting, long Disabled) Count()
    {
        using var reader = _count.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)) : default;
    }

    private static byte[]? KeyOf(RepositoryId? repository) => repository is { } id ? Columns.Of(id.Value) : null;

    private static List<StoredHook> ReadAll(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var hooks = new List<StoredHook>();
        while (reader.Read()) hooks.Add(Read(reader));
        return hooks;
    }

    private static StoredHook Read(SqliteDataReader reader) => new()
    {
        Id = reader.Id(0),
        Owner = new WebhookOwner(ProjectKey.Parse(reader.GetString(1)), reader.IdOrNull(2) is { } repository ? new RepositoryId(repository) : null),
        Url = reader.GetString(3),
        Secret = reader.GetString(5),
        Events = (WebhookEvents)reader.GetInt32(6),
        RefPatterns = JsonSerializer.Deserialize<string[]>(reader.GetString(7))!,
        Headers = JsonSerializer.Deserialize<WebhookHeader[]>(reader.GetString(8))!,
        VerifyTls = reader.GetBoolean(9),
        IsActive = reader.GetBoolean(10),
        Notice = reader.TextOrNull(11),
        CreatedAt = reader.Time(12),
        CreatedBy = reader.TextOrNull(13) is { } user ? UserName.Parse(user) : null,
        Health = new ReceiverHealth(reader.GetInt32(14), reader.TimeOrNull(15), reader.GetInt32(16), reader.TimeOrNull(17)),
    };
}
