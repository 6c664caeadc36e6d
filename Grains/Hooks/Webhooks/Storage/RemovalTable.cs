using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>Removes what nobody may see any more, and what is old.</summary>
internal sealed class RemovalTable : SqliteStatements
{
    private readonly SqliteCommand[] _ofHook;
    private readonly SqliteCommand[] _ofRepository;
    private readonly SqliteCommand[] _aged;
    private readonly SqliteCommand _hooksWithLog;
    private readonly SqliteCommand _surplus;
    private readonly SqliteCommand _attemptsOfNone;
    private readonly SqliteCommand _hooksOfRepository;
    private readonly SqliteCommand _hooksOfProject;

    public RemovalTable(SqliteSession session)
        : base(session)
    {
        const string attempts = "DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE ";
        _ofHook =
        [
            Prepare(attempts + "hook = $hook)", "$hook"), Prepare("DELETE FROM delivery WHERE hook = $hook", "$hook"),
            Prepare("DELETE FROM cursor WHERE hook = $hook", "$hook"), Prepare("DELETE FROM lane WHERE hook = $hook", "$hook"),
            Prepare("DELETE FROM hook WHERE id = $hook", "$hook"),
        ];
        _ofRepository =
        [
            Prepare(attempts + "repository = $repository)", "$repository"), Prepare("DELETE FROM delivery WHERE repository = $repository", "$repository"),
            Prepare("DELETE FROM cursor WHERE repository = $repository", "$repository"),
        ];
        const string old = "SELECT id FROM delivery WHERE lane IS NULL AND ended_at <= $limit ORDER BY ended_at LIMIT $count";
        _aged =
        [
            Prepare($"DELETE FROM attempt WHERE delivery IN ({old})", "$limit", "$count"),
            Prepare($"DELETE FROM delivery WHERE id IN ({old})", "$limit", "$count"),
        ];
        _hooksWithLog = Prepare("SELECT hook FROM delivery WHERE lane IS NULL GROUP BY hook HAVING count(*) > $most", "$most");
        _surplus = Prepare(
            "DELETE FROM delivery WHERE hook = $hook AND lane IS NULL AND place <="
            + " (SELECT place FROM delivery WHERE hook = $hook AND lane IS NULL ORDER BY place DESC LIMIT 1 OFFSET $most)",
            "$hook", "$most");
        _attemptsOfNone = Prepare("DELETE FROM attempt WHERE delivery NOT IN (SELECT id FROM delivery)");
        _hooksOfRepository = Prepare("SELECT id FROM hook WHERE repository = $repository", "$repository");
        _hooksOfProject = Prepare("SELECT id FROM hook WHERE project = $project", "$project");
    }

    public void RemoveHook(Guid hook) => Run(_ofHook, Columns.Of(hook));

    /// <summary>Its webhooks, and what its project's have of it.</summary>
    public void RemoveRepository(RepositoryId repository)
    {
        foreach (var hook in ReadIds(Bind(_hooksOfRepository, Columns.Of(repository.Value)))) RemoveHook(hook);
        Run(_ofRepository, Columns.Of(repository.Value));
    }

    /// <summary>The project's webhooks, and those of repositories of it that went without a trace.</summary>
    public void RemoveProject(string project)
    {
        foreach (var hook in ReadIds(Bind(_hooksOfProject, project))) RemoveHook(hook);
    }

    /// <summary>Some of what ended before a time; true when there may be more.</summary>
    public bool RemoveAged(DateTimeOffset limit, int count) => Run(_aged, Columns.Of(limit), count) == count;

    /// <summary>What each webhook has in the log beyond a number.</summary>
    public void RemoveSurplus(int most)
    {
        var hooks = ReadIds(Bind(_hooksWithLog, most));
        foreach (var hook in hooks) Bind(_surplus, Columns.Of(hook), most).ExecuteNonQuery();
        if (hooks.Count > 0) _attemptsOfNone.ExecuteNonQuery();
    }

    private static List<Guid> ReadIds(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var ids = new List<Guid>();
        while (reader.Read()) ids.Add(reader.Id(0));
        return ids;
    }

    /// <summary>How many rows the last one removed.</summary>
    private static int Run(SqliteCommand[] commands, params ReadOnlySpan<object?> values)
    {
        var removed = 0;
        foreach (var command in commands) removed = Bind(command, values).ExecuteNonQuery();
        return removed;
    }
}
