using System.Globalization;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Contributors;

/// <summary>The same people as <c>git shortlog -sne</c>, in the same order.</summary>
public sealed class ListContributorsTests(ReadingServer server, ListContributorsTests.Repository repository) : IClassFixture<ListContributorsTests.Repository>
{
    [Theory]
    [InlineData("main")]
    [InlineData("side")]
    [InlineData("main~1")]
    [InlineData("main~200")]
    [InlineData("main~300")]
    public async Task People_AreThoseOfGitsShortlog(string revision)
    {
        var commit = await repository.Git.RunAsync("rev-parse", revision);
        var messages = await AskAsync(Repository.Name, request => request.Revision = commit);
        Assert.Equal(await ShortlogAsync(repository.Git, commit), LinesOf(messages));
        var summary = messages[0].Summary;
        var count = int.Parse(await repository.Git.RunAsync("rev-list", "--count", commit), CultureInfo.InvariantCulture);
        Assert.Equal((commit, count, PeopleOf(messages).Count(), false), (summary.CommitId, summary.CommitCount, summary.ContributorCount, summary.Incomplete));
    }

    [Fact]
    public async Task Sample_IsGitsShortlog()
    {
        var expected = await ShortlogAsync(server.Git, "main");
        Assert.Contains(expected, static line => line.Contains("山田太郎", StringComparison.Ordinal));
        Assert.Equal(expected, LinesOf(await AskAsync(ReadingServer.Repository, static request => request.Revision = "")));
    }

    [Fact]
    public async Task Times_AreTheFirstAndTheLastOfEach()
    {
        var text = await repository.Git.RunAsync("-c", "mailmap.blob=main:.mailmap", "log", "--format=%at %aN <%aE>", "main");
        var expected = text.Split('\n').Select(static line => line.Split(' ', 2)).GroupBy(static words => words[1], static words => long.Parse(words[0], CultureInfo.InvariantCulture))
            .ToDictionary(static group => group.Key, static group => (group.Min(), group.Max()));
        var found = PeopleOf(await AskAsync(Repository.Name, static request => request.Revision = "main"))
            .ToDictionary(static person => $"{person.Name} <{person.Mail}>", static person => (person.FirstTime.Seconds, person.LastTime.Seconds));
        Assert.Contains(expected, static person => person.Value.Item1 != person.Value.Item2);
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Limit_CutsTheList_AndTheSummaryIsOfAll()
    {
        var whole = await AskAsync(Repository.Name, static request => request.Revision = "main");
        var some = await AskAsync(Repository.Name, static request => (request.Revision, request.Limit) = ("main", 7));
        Assert.Equal(whole[0], some[0]);
        Assert.Equal(PeopleOf(whole).Take(7), PeopleOf(some));
        Assert.All(whole.Skip(1), static message => Assert.InRange(message.Contributors.Contributors.Count, 1, 256));
    }

    [Fact]
    public async Task Push_IsSeenAtOnce()
    {
        await repository.Git.RunAsync("branch", "-f", "grown", "main");
        await repository.PushAsync("grown");
        var before = await AskAsync(Repository.Name, static request => request.Revision = "grown");
        var tip = await repository.Git.With("GIT_AUTHOR_NAME", "Newcomer").RunAsync("commit-tree", "-p", "main", "-m", "Later", "main^{tree}");
        await repository.Git.RunAsync("branch", "-f", "grown", tip);
        await repository.PushAsync("grown");
        var after = await AskAsync(Repository.Name, static request => request.Revision = "grown");
        Assert.Equal((tip, before[0].Summary.CommitCount + 1), (after[0].Summary.CommitId, after[0].Summary.CommitCount));
        Assert.Contains(PeopleOf(after), static person => person.Name == "Newcomer");
        Assert.DoesNotContain(PeopleOf(before), static person => person.Name == "Newcomer");
    }

    [Fact]
    public async Task Json_HasTheSame()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{server.Server.Url}/api/v1/projects/{ReadingServer.Project}/repositories/{Repository.Name}/contributors?revision=main&limit=3");
        request.Headers.TryAddWithoutValidation("authorization", server.Login.GetValue("authorization"));
        using var reply = await client.SendAsync(request);
        var lines = (await reply.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            await AskAsync(Repository.Name, static ask => (ask.Revision, ask.Limit) = ("main", 3)), lines.Select(ListContributorsResponse.Parser.ParseJson));
    }

    [Theory]
    [InlineData("no-such-branch", 0, StatusCode.NotFound)]
    [InlineData("of-tree", 0, StatusCode.NotFound)]
    [InlineData("main", -1, StatusCode.InvalidArgument)]
    public async Task BadRequest_IsRefused(string revision, int limit, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => AskAsync(ReadingServer.Repository, request => (request.Revision, request.Limit) = (revision, limit)));
        Assert.Equal(expected, fault.StatusCode);
    }

    internal static IEnumerable<Contributor> PeopleOf(IEnumerable<ListContributorsResponse> messages) =>
        messages.Skip(1).SelectMany(static message => message.Contributors.Contributors);

    private static async Task<IEnumerable<string>> ShortlogAsync(RealGit git, string revision) =>
        (await git.RunAsync("-c", $"mailmap.blob={revision}:.mailmap", "shortlog", "-sne", revision)).Split('\n');

    private static IEnumerable<string> LinesOf(IEnumerable<ListContributorsResponse> messages) =>
        PeopleOf(messages).Select(static person => $"{person.CommitCount,6}\t{person.Name} <{person.Mail}>");

    private Task<List<ListContributorsResponse>> AskAsync(string name, Action<ListContributorsRequest> ask)
    {
        var request = new ListContributorsRequest { Project = ReadingServer.Project, Repository = name };
        ask(request);
        return ReadingServer.AllAsync(server.Commits.ListContributors(request, server.Login));
    }

    /// <summary>The people in <c>READ/people</c>.</summary>
    public sealed class Repository(ReadingServer server) : IAsyncLifetime
    {
        public const string Name = "people";

        internal RealGit Git { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Git = await server.ImportAsync(Name, ContributorHistory.Make());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        internal Task PushAsync(string branch) =>
            Git.RunAsync("push", "-q", "-f", server.Server.RepositoryUrl($"{ReadingServer.Project}/{Name}.git", GranaryServer.AdminName, GranaryServer.AdminPassword), branch);
    }
}
