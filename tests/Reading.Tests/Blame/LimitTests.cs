using Granary.Reading.Tests.Contributors;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Blame;

/// <summary>What lies beyond a limit is said to be.</summary>
public sealed class LimitTests(LimitedServer server) : IClassFixture<LimitedServer>
{
    [Fact]
    public async Task Blame_OfMoreCommitsThanItMayVisit_IsIncompleteWhereItStood()
    {
        var runs = BlameRepository.RunsOf(await server.BlameAsync("grown.txt")).ToList();
        var commits = (await server.Git.RunAsync("rev-list", "main")).Split('\n');
        Assert.Equal(30, runs.Sum(static run => run.LineCount));
        Assert.Equal(commits.Take(LimitedServer.MaxCommits), runs.Where(static run => !run.Incomplete).Reverse().Select(static run => run.CommitId));
        var rest = Assert.Single(runs, static run => run.Incomplete);
        Assert.Equal((commits[LimitedServer.MaxCommits], 1, 10), (rest.CommitId, rest.Line, rest.LineCount));
    }

    [Fact]
    public async Task Blame_WhereAnOlderFormIsTooLarge_IsIncompleteThere()
    {
        var runs = BlameRepository.RunsOf(await server.BlameAsync("shrunk.txt")).ToList();
        var commit = await server.Git.RunAsync("rev-parse", "main~9");
        Assert.Equal([(1, 20, true), (21, 1, false)], runs.Select(static run => (run.Line, run.LineCount, run.Incomplete)));
        Assert.Equal(commit, runs[0].CommitId);
    }

    [Theory]
    [InlineData("large.txt")]
    [InlineData("long.txt")]
    public async Task Blame_OfAFileBeyondALimit_IsRefused(string path)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => server.BlameAsync(path));
        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
    }

    [Theory]
    [InlineData("fits.txt", 1)]
    [InlineData("short.txt", LimitedServer.MaxLines)]
    public async Task Blame_OfAFileAtALimit_IsAnswered(string path, int lines) =>
        Assert.Equal(lines, BlameRepository.RunsOf(await server.BlameAsync(path)).Sum(static run => run.LineCount));

    [Fact]
    public async Task Contributors_OfMoreCommitsThanItCounts_AreThoseOfTheLatest()
    {
        var messages = await server.ContributorsAsync("limited");
        Assert.Equal((LimitedServer.CountedCommits, true), (messages[0].Summary.CommitCount, messages[0].Summary.Incomplete));
        var latest = (await server.Git.RunAsync("log", $"-{LimitedServer.CountedCommits}", "--format=%at", "main")).Split('\n');
        Assert.Equal(latest[^1], $"{ListContributorsTests.PeopleOf(messages).Min(static person => person.FirstTime.Seconds)}");
    }

    [Fact]
    public async Task Contributors_OfMoreAuthorsThanItTellsApart_AreIncomplete()
    {
        var messages = await server.ContributorsAsync("people");
        var people = ListContributorsTests.PeopleOf(messages).ToList();
        Assert.True(messages[0].Summary.Incomplete);

        // One of them is written in two encodings.
        Assert.Equal((LimitedServer.MaxAuthors - 1, messages[0].Summary.CommitCount), (people.Count, people.Sum(static person => person.CommitCount)));
        Assert.True(messages[0].Summary.CommitCount < LimitedServer.CountedCommits);
    }

    [Fact]
    public async Task Contributors_WithAMailmapThatIsTooLarge_AreAsTheyWroteThemselves()
    {
        var people = ListContributorsTests.PeopleOf(await server.ContributorsAsync("people"));
        Assert.Contains(people, static person => person.Mail == "yamada@example.org" && person.CommitCount == 2);
    }
}
