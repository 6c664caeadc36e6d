using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>What pushes moved and is to be walked, and from where the walks were that ended.</summary>
internal sealed class WantedTable : SqliteStatements
{
    private readonly SqliteCommand _add;
    private readonly SqliteCommand _until;
    private readonly SqliteCommand _ids;
    private readonly SqliteCommand _tips;
    private readonly SqliteCommand _moveTips;
    private readonly SqliteCommand _dropTips;
    private readonly SqliteCommand _done;
    private readonly SqliteCommand _any;

    public WantedTable(SqliteSession session)
        : base(session)
    {
        const string run = " FROM wanted WHERE repository = $repository AND sequence <= $until";
        _add = Prepare(
            "INSERT INTO wanted (repository, sequence, ref, id) VALUES ($repository, $sequence, $ref, $id) ON CONFLICT DO NOTHING",
            "$repository", "$sequence", "$ref", "$id");
        _until = Prepare(
            "SELECT max(sequence) FROM (SELECT sequence FROM wanted WHERE repository = $repository ORDER BY sequence LIMIT $count)", "$repository", "$count");
        _ids = Prepare("SELECT DISTINCT id" + run + " AND id IS NOT NULL", "$repository", "$until");
        _tips = Prepare(
            "SELECT DISTINCT id FROM (SELECT t.id FROM tip t WHERE t.repository = $repository AND t.ref IN (SELECT ref" + run + " LIMIT $count)"
            + " UNION ALL SELECT id FROM (SELECT id FROM tip WHERE repository = $repository ORDER BY sequence DESC LIMIT $count))",
            "$repository", "$until", "$count");
        _moveTips = Prepare(
            "INSERT INTO tip (repository, ref, id, sequence) SELECT repository, ref, id, sequence" + run + " ORDER BY sequence"
            + " ON CONFLICT DO UPDATE SET id = excluded.id, sequence = excluded.sequence WHERE excluded.sequence >= tip.sequence",
            "$repository", "$until");
        _dropTips = Prepare("DELETE FROM tip WHERE repository = $repository AND id IS NULL", "$repository");
        _done = Prepare("DELETE" + run, "$repository", "$until");
        _any = Prepare("SELECT 1 FROM wanted WHERE repository = $repository LIMIT 1", "$repository");
    }

    /// <summary>A zero id stands for a ref that was deleted.</summary>
    public void Add(RepositoryId repository, long sequence, string name, ObjectId id) =>
        Bind(_add, Columns.Of(repository), sequence, name, Columns.Of(id)).ExecuteNonQuery();

    /// <summary>The pushes that one run is for: whole ones, of about so many refs; null when there are none.</summary>
    public long? ReadUntil(RepositoryId repository, int refs) => Bind(_until, Columns.Of(repository), refs).ExecuteScalar() as long?;

    public List<ObjectId> ReadIds(RepositoryId repository, long until) => Read(Bind(_ids, Columns.Of(repository), until));

    /// <summary>Where the refs of a run were before, and the latest others: enough to stop a walk soon, however many refs there are.</summary>
    public List<ObjectId> ReadTips(RepositoryId repository, long until, int count) => Read(Bind(_tips, Columns.Of(repository), until, count));

    /// <summary>What a run was for is registered.</summary>
    public void Complete(RepositoryId repository, long until)
    {
        Bind(_moveTips, Columns.Of(repository), until).ExecuteNonQuery();
        Bind(_dropTips, Columns.Of(repository)).ExecuteNonQuery();
        Bind(_done, Columns.Of(repository), until).ExecuteNonQuery();
    }

    public bool Any(RepositoryId repository) => Bind(_any, Columns.Of(repository)).ExecuteScalar() is not null;

    private static List<ObjectId> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var ids = new List<ObjectId>();
        while (reader.Read()) ids.Add(reader.ObjectId(0));
        return ids;
    }
}
