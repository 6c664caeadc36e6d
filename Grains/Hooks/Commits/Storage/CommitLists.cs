using Granary.Hooks.Commits;
using Granary.Projects;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>The lists that are asked for, each read along an index in its order.</summary>
internal sealed class CommitLists : SqliteStatements
{
    private const string Columns =
        "SELECT c.number, c.repository, c.id, c.committed_at, c.committed_offset, c.committer_name, c.committer_mail, c.authored_at,"
        + " c.authored_offset, c.author_name, c.author_mail, c.message, c.is_cut, c.issues";

    private readonly SqliteCommand _byTime;
    private readonly SqliteCommand _byName;
    private readonly SqliteCommand _byMail;
    private readonly SqliteCommand _byIssue;
    private readonly SqliteCommand _byProjectIssue;

    public CommitLists(SqliteSession session)
        : base(session)
    {
        _byTime = ListOf("commit_by_time", "");
        _byName = ListOf("commit_by_name", " AND c.author_name_key = $key");
        _byMail = ListOf("commit_by_mail", " AND c.author_mail_key = $key");
        _byIssue = IssueListOf("i.repository = $place");
        _byProjectIssue = IssueListOf("i.project = $place");
    }

    /// <summary>One more than asked for, if there are, tells that there is another page.</summary>
    public List<CommitRow> List(RepositoryId repository, CommitQuery query) => query.Issue is { } issue
        ? Read(BindIssue(_byIssue, Storage.Columns.Of(repository), issue, query))
        : Read(BindList(query.Author is null ? _byTime : IsMail(query.Author) ? _byMail : _byName, repository, query));

    public List<CommitRow> List(ProjectKey project, IssueKey issue, CommitQuery query) => Read(BindIssue(_byProjectIssue, project.Key, issue, query));

    private static string Range(string table) =>
        $" AND ({table}.committed_at, {table}.number) < ($time, $number) AND {table}.committed_at >= $since AND {table}.committed_at < $until"
        + $" ORDER BY {table}.committed_at DESC, {table}.number DESC LIMIT $count";

    private static bool IsMail(string author) => author.Contains('@', StringComparison.Ordinal);

    private static SqliteCommand BindList(SqliteCommand command, RepositoryId repository, CommitQuery query)
    {
        var (time, number, since, until) = RangeOf(query);
        var key = query.Author is { } author ? NameRules.Fold(author) : null;
        return Bind(command, Storage.Columns.Of(repository), time, number, since, until, query.Size + 1, key);
    }

    private static SqliteCommand BindIssue(SqliteCommand command, object place, IssueKey issue, CommitQuery query)
    {
        var (time, number, since, until) = RangeOf(query);
        var key = query.Author is { } author ? NameRules.Fold(author) : null;
        var isMail = query.Author is { } text && IsMail(text);
        return Bind(command, place, time, number, since, until, query.Size + 1, issue.Key, isMail ? key : null, isMail ? null : key);
    }

    private static (long Time, long Number, long Since, long Until) RangeOf(CommitQuery query)
    {
        var after = query.After ?? new CommitPlace(long.MaxValue, long.MaxValue);
        return (after.Time, after.Number, Seconds(query.Since, long.MinValue), Seconds(query.Until, long.MaxValue));
    }

    /// <summary>Commits have whole seconds: from the first that is not before the time.</summary>
    private static long Seconds(DateTimeOffset? time, long otherwise) =>
        time is not { } some ? otherwise : some.Ticks % TimeSpan.TicksPerSecond == 0 ? some.ToUnixTimeSeconds() : some.ToUnixTimeSeconds() + 1;

    private static List<CommitRow> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<CommitRow>();
        while (reader.Read())
        {
            rows.Add(new CommitRow(
                new CommitPlace(reader.GetInt64(3), reader.GetInt64(0)), reader.Repository(1), reader.ObjectId(2),
                new CommitSignature(reader.GetString(9), reader.GetString(10), reader.Time(7, 8)),
                new CommitSignature(reader.GetString(5), reader.GetString(6), reader.Time(3, 4)),
                reader.GetString(11), reader.GetInt64(12) != 0, reader.IsDBNull(13) ? [] : IssueList.Read(reader.GetString(13))));
        }

        return rows;
    }

    /// <summary>The index is named because SQLite would read all commits in their order to find those of an author.</summary>
    private SqliteCommand ListOf(string index, string condition) => Prepare(
        Columns + " FROM registered_commit c INDEXED BY " + index + " WHERE c.repository = $repository" + condition + Range("c"),
        "$repository", "$time", "$number", "$since", "$until", "$count", "$key");

    private SqliteCommand IssueListOf(string place) => Prepare(
        Columns + " FROM issue i JOIN registered_commit c ON c.number = i.number WHERE " + place + " AND i.key = $issue"
        + " AND ($mail IS NULL OR c.author_mail_key = $mail) AND ($name IS NULL OR c.author_name_key = $name)" + Range("i"),
        "$place", "$time", "$number", "$since", "$until", "$count", "$issue", "$mail", "$name");
}

/// <summary>A commit as it lies in the file.</summary>
internal sealed record CommitRow(
    CommitPlace Place, RepositoryId Repository, ObjectId Id, CommitSignature Author, CommitSignature Committer, string Message, bool IsCut,
    IReadOnlyList<IssueReference> Issues);
