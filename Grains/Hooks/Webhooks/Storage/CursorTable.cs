using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>How far each webhook has come in the journals of its repositories.</summary>
internal sealed class CursorTable : SqliteStatements
{
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _behind;
    private readonly SqliteCommand _forgive;

    public CursorTable(SqliteSession session)
        : base(session)
    {
        _find = Prepare("SELECT sequence, seen, again FROM cursor WHERE hook = $hook AND repository = $repository", "$hook", "$repository");
        _put = Prepare(
            "INSERT OR REPLACE INTO cursor (hook, repository, sequence, seen, again) VALUES ($hook, $repository, $sequence, $seen, $again)",
            "$hook", "$repository", "$sequence", "$seen", "$again");
        _behind = Prepare("SELECT repository FROM cursor WHERE hook = $hook AND seen > sequence LIMIT 1", "$hook");
        _forgive = Prepare("UPDATE cursor SET sequence = seen, again = 0 WHERE hook = $hook AND seen > sequence", "$hook");
    }

    public Cursor? Find(Guid hook, RepositoryId repository)
    {
        using var reader = Bind(_find, Columns.Of(hook), Columns.Of(repository.Value)).ExecuteReader();
        return reader.Read() ? new Cursor(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)) : null;
    }

    public void Put(Guid hook, RepositoryId repository, Cursor cursor) =>
        Bind(_put, Columns.Of(hook), Columns.Of(repository.Value), cursor.Sequence, cursor.Seen, cursor.Again).ExecuteNonQuery();

    /// <summary>A repository whose events still wait in the journal for a webhook.</summary>
    public RepositoryId? FindBehind(Guid hook) =>
        Bind(_behind, Columns.Of(hook)).ExecuteScalar() is byte[] id ? new RepositoryId(new Guid(id)) : null;

    /// <summary>Lets everything go that waits in journals.</summary>
    public void Forgive(Guid hook) => Bind(_forgive, Columns.Of(hook)).ExecuteNonQuery();
}

/// <param name="Sequence">Deliveries were made of everything up to here.</param>
/// <param name="Seen">The last event that is known; what is between waits in the journal.</param>
/// <param name="Again">Up to here a replay was asked for: deliveries that are there are made once more.</param>
internal sealed record Cursor(long Sequence, long Seen, long Again)
{
    public bool IsBehind => Seen > Sequence;
}
