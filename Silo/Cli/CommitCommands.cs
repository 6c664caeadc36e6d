using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary commit …</c>: the register of what was pushed.</summary>
internal static class CommitCommands
{
    private const int IdLength = 10;
    private const int PageSize = 100;

    public static Command Create(CommandSet set) => new("commit", "Finds commits that were pushed.") { CreateList(set), CreateIssue(set) };

    private static Command CreateList(CommandSet set)
    {
        var path = RepositoryPath.Argument();
        var issue = new Option<string>("--issue") { Description = "Only commits whose messages name this issue.", HelpName = "PROJ-123" };
        var filter = new CommitFilter();
        return set.Define("list", "Shows registered commits of a repository, the latest first.", ListAsync, [path, issue, .. filter.Symbols]);

        Task ListAsync(Invocation call) => ShowAsync(call, filter, async (size, token) =>
        {
            var page = await call.Commits.ListRegisteredCommitsAsync(
                new ListRegisteredCommitsRequest
                {
                    Project = call.Get(path).Project,
                    Repository = call.Get(path).Repository,
                    Issue = call.Get(issue) ?? "",
                    Author = call.Get(filter.Author) ?? "",
                    Since = CommitFilter.Time(call.Get(filter.Since)),
                    Until = CommitFilter.Time(call.Get(filter.Until)),
                    PageSize = size,
                    PageToken = token,
                },
                cancellationToken: call.Cancellation);
            return (page.Commits, page.NextPageToken);
        });
    }

    private static Command CreateIssue(CommandSet set)
    {
        var project = new Argument<string>("project") { Description = "The key of the project." };
        var issue = new Argument<string>("issue") { Description = "The key of the issue, for example PROJ-123." };
        var filter = new CommitFilter();
        return set.Define("issue", "Shows the commits of a project that name an issue, the latest first.", ListAsync, [project, issue, .. filter.Symbols]);

        Task ListAsync(Invocation call) => ShowAsync(call, filter, async (size, token) =>
        {
            var page = await call.Commits.ListIssueCommitsAsync(
                new ListIssueCommitsRequest
                {
                    Project = call.Get(project),
                    Issue = call.Get(issue),
                    Author = call.Get(filter.Author) ?? "",
                    Since = CommitFilter.Time(call.Get(filter.Since)),
                    Until = CommitFilter.Time(call.Get(filter.Until)),
                    PageSize = size,
                    PageToken = token,
                },
                cancellationToken: call.Cancellation);
            return (page.Commits, page.NextPageToken);
        });
    }

    private static async Task ShowAsync(
        Invocation call, CommitFilter filter, Func<int, string, Task<(IEnumerable<RegisteredCommit> Commits, string Next)>> readPage)
    {
        var all = new List<RegisteredCommit>();
        var token = "";
        do
        {
            (var commits, token) = await readPage(Math.Clamp(call.Get(filter.Limit) - all.Count, 1, PageSize), token);
            all.AddRange(commits);
        }
        while (token.Length > 0 && all.Count < call.Get(filter.Limit));
        call.Output.List(all, ["COMMIT", "TIME", "REPOSITORY", "AUTHOR", "ISSUES", "SUBJECT"], static commit =>
        [
            commit.CommitId.Length > IdLength ? commit.CommitId[..IdLength] : commit.CommitId,
            Time(commit.Committer),
            commit.Repository,
            commit.Author.Name,
            commit.Issues.Count == 0 ? "-" : string.Join(' ', commit.Issues.Select(static i => i.Key)),
            commit.Subject,
        ]);
    }

    /// <summary>By the clock of who committed.</summary>
    private static string Time(CommitPerson person) => person.Time.ToDateTimeOffset()
        .ToOffset(TimeSpan.FromMinutes(person.UtcOffsetMinutes)).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}

/// <summary>What both lists have.</summary>
internal sealed class CommitFilter
{
    public Option<string> Author { get; } = new("--author") { Description = "Only commits of this author: a mail address, or a whole name.", HelpName = "author" };

    public Option<DateTimeOffset?> Since { get; } = new("--since") { Description = "Only commits of this time or later; UTC unless it says otherwise.", HelpName = "2026-01-31", CustomParser = Parse };

    public Option<DateTimeOffset?> Until { get; } = new("--until") { Description = "Only commits before this time.", HelpName = "2026-02-28T12:00Z", CustomParser = Parse };

    public Option<int> Limit { get; } = new("--limit") { Description = "The most commits to show.", HelpName = "count", DefaultValueFactory = static _ => 30 };

    public Symbol[] Symbols => [Author, Since, Until, Limit];

    public static Timestamp? Time(DateTimeOffset? time) => time is { } some ? Timestamp.FromDateTimeOffset(some) : null;

    private static DateTimeOffset? Parse(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        result.AddError($"'{text}' is not a time; write for example 2026-01-31 or 2026-01-31T12:00+09:00.");
        return null;
    }
}
