using System.Globalization;
using Granary.Grains.Hooks.Commits.Reading;
using Granary.Hooks.Commits;
using Granary.Projects;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>What is registered: a row a commit, and one for each issue that it names.</summary>
internal sealed class CommitTable : SqliteStatements
{
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _add;
    private readonly SqliteCommand _addIssue;
    private readonly SqliteCommand[] _remove;

    public CommitTable(SqliteSession session)
        : base(session)
    {
        _find = Prepare("SELECT 1 FROM registered_commit WHERE repository = $repository AND id = $id", "$repository", "$id");
        _add = Prepare(
            "INSERT INTO registered_commit (repository, id, committed_at, committed_offset, committer_name, committer_mail, authored_at,"
            + " authored_offset, author_name, author_mail, author_name_key, author_mail_key, message, is_cut, issues)"
            + " VALUES ($repository, $id, $committedAt, $committedOffset, $committerName, $committerMail, $authoredAt,"
            + " $authoredOffset, $authorName, $authorMail, $authorNameKey, $authorMailKey, $message, $isCut, $issues)"
            + " ON CONFLICT DO NOTHING RETURNING number",
            "$repository", "$id", "$committedAt", "$committedOffset", "$committerName", "$committerMail", "$authoredAt", "$authoredOffset",
            "$authorName", "$authorMail", "$authorNameKey", "$authorMailKey", "$message", "$isCut", "$issues");
        _addIssue = Prepare(
            "INSERT INTO issue (repository, key, committed_at, number, project) VALUES ($repository, $key, $committedAt, $number, $project)",
            "$repository", "$key", "$committedAt", "$number", "$project");
        string[] tables = ["issue", "registered_commit", "tip", "wanted", "registration"];
        _remove = [.. tables.Select(table => Prepare($"DELETE FROM {table} WHERE repository = $repository", "$repository"))];
    }

    /// <summary>Those that are not registered.</summary>
    public List<ObjectId> FindNew(RepositoryId repository, IReadOnlyList<ObjectId> ids)
    {
        var key = Columns.Of(repository);
        return [.. ids.Where(id => Bind(_find, key, Columns.Of(id)).ExecuteScalar() is null)];
    }

    /// <summary>False: it is there.</summary>
    public bool Add(RepositoryId repository, ProjectKey project, NewCommit added)
    {
        var (key, commit) = (Columns.Of(repository), added.Commit);
        var (author, committer) = (commit.Author, commit.Committer);
        var committedAt = committer.Time.ToUnixTimeSeconds();
        var number = Bind(
            _add, key, Columns.Of(added.Id), committedAt, (long)committer.Time.Offset.TotalMinutes, committer.Name, committer.Mail,
            author.Time.ToUnixTimeSeconds(), (long)author.Time.Offset.TotalMinutes, author.Name, author.Mail,
            NameRules.Fold(author.Name), NameRules.Fold(author.Mail), added.Message, added.Message.Length < commit.Message.Length ? 1L : 0L,
            IssueList.Write(added.Issues)).ExecuteScalar();
        if (number is null) return false;
        foreach (var issue in added.Issues) Bind(_addIssue, key, NameRules.Fold(issue.Key), committedAt, number, project.Key).ExecuteNonQuery();
        return true;
    }

    /// <summary>Everything of a repository.</summary>
    public void Remove(RepositoryId repository)
    {
        foreach (var command in _remove) Bind(command, Columns.Of(repository)).ExecuteNonQuery();
    }
}

/// <param name="Id">Of the commit.</param>
/// <param name="Commit">What its object says.</param>
/// <param name="Message">As much of the message as is kept.</param>
/// <param name="Issues">That the message names.</param>
internal sealed record NewCommit(ObjectId Id, CommitObject Commit, string Message, IReadOnlyList<IssueReference> Issues);

/// <summary>The issues of a commit in one column: lines of action and key.</summary>
internal static class IssueList
{
    public static string? Write(IReadOnlyList<IssueReference> issues) => issues.Count == 0
        ? null
        : string.Join('\n', issues.Select(static i => string.Create(CultureInfo.InvariantCulture, $"{(int)i.Action} {i.Key}")));

    public static IReadOnlyList<IssueReference> Read(string text) => [.. text.Split('\n').Select(static line =>
        new IssueReference(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], (IssueAction)(line[0] - '0')))];
}
