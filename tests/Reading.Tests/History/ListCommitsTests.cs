using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.History;

/// <summary>The same commits in the same order as <c>git log</c>, with and without a commit-graph.</summary>
[Collection(typeof(HistoryCollection))]
public sealed class ListCommitsTests(HistoryRepository history)
{
    private readonly ReadingServer _server = history.Reading;

    public static TheoryData<string, string> Revisions()
    {
        var data = new TheoryData<string, string>();
        foreach (var repository in (string[])[HistoryRepository.Plain, HistoryRepository.WithGraph])
        {
            foreach (var revision in (string[])["main", "", "b3", "main~50", "b1..main", "main..b2", "b4..b5", "b1...main", "b4...b5", "main..main", "b6..", "...b6"])
                data.Add(repository, revision);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Range_IsGitsLog(string repository, string revision)
    {
        if (revision.Contains('~', StringComparison.Ordinal)) revision = await history.Git.RunAsync("rev-parse", revision);
        var arguments = revision.Length == 0 ? "HEAD" : revision;
        Assert.Equal(await GitAsync(arguments), await IdsAsync(repository, request => request.Revision = revision));
        Assert.Equal(
            await GitAsync("--first-parent", arguments),
            await IdsAsync(repository, request => (request.Revision, request.FirstParent) = (revision, true)));
    }

    [Theory]
    [InlineData("src")]
    [InlineData("src/m1")]
    [InlineData("src/m1/f2.txt")]
    [InlineData("src/m3/f0.txt")]
    [InlineData("src/moved")]
    [InlineData("src/m1/f2.txt/none")]
    [InlineData("none")]
    public async Task Path_SimplifiesTheHistoryAsGit(string path)
    {
        foreach (var repository in (string[])[HistoryRepository.Plain, HistoryRepository.WithGraph])
        {
            foreach (var revision in (string[])["main", "b2", "b1..main", "b4...b5"])
            {
                Assert.Equal(
                    await GitAsync(revision, "--", path),
                    await IdsAsync(repository, request => (request.Revision, request.Path) = (revision, path)));
            }

            Assert.Equal(
                await GitAsync("--first-parent", "main", "--", path),
                await IdsAsync(repository, request => (request.Revision, request.Path, request.FirstParent) = ("main", path, true)));
        }
    }

    [Fact]
    public async Task Follow_FindsTheNamesBefore()
    {
        var files = (await history.Git.RunAsync("ls-tree", "-r", "--name-only", "main")).Split('\n');
        Assert.Contains(files, static file => file.StartsWith("src/moved/", StringComparison.Ordinal));
        foreach (var path in files.Where(static (file, i) => i % 4 == 0 || file.StartsWith("src/moved/", StringComparison.Ordinal)).Take(16))
        {
            Assert.Equal(
                await GitAsync("--follow", "main", "--", path),
                await IdsAsync(HistoryRepository.WithGraph, request => (request.Revision, request.Path, request.Follow) = ("main", path, true)));
        }
    }

    [Theory]
    [InlineData("alice", "")]
    [InlineData("Bob Example <BOB@", "")]
    [InlineData("nobody", "")]
    [InlineData("", "change 12")]
    [InlineData("", "Ticket PROJ-3")]
    [InlineData("alice", "PROJ-1")]
    [InlineData("", ".*")]
    public async Task AuthorAndText_FindWhatGitFinds(string author, string text)
    {
        string[] arguments = ["-F", "-i", .. author.Length > 0 ? [$"--author={author}"] : Array.Empty<string>(), .. text.Length > 0 ? [$"--grep={text}"] : Array.Empty<string>()];
        Assert.Equal(
            await GitAsync([.. arguments, "main"]),
            await IdsAsync(HistoryRepository.WithGraph, request => (request.Revision, request.Author, request.Text) = ("main", author, text)));
    }

    [Theory]
    [InlineData("main", 1_500_300_000, null)]
    [InlineData("main", null, 1_500_600_000)]
    [InlineData("main", 1_500_300_000, 1_500_900_000)]
    [InlineData("b1..main", 1_501_400_000, null)]
    [InlineData("b1..main", null, 1_501_700_000)]
    [InlineData("b4...b5", 1_501_000_000, 1_501_700_000)]
    public async Task Times_AreThoseOfGit(string revision, int? since, int? until)
    {
        string[] arguments = [.. since is null ? Array.Empty<string>() : [$"--since=@{since}"], .. until is null ? Array.Empty<string>() : [$"--until=@{until}"]];
        var expected = await GitAsync([.. arguments, revision]);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await IdsAsync(HistoryRepository.WithGraph, request =>
        {
            request.Revision = revision;
            if (since is { } first) request.Since = new() { Seconds = first };
            if (until is { } last) request.Until = new() { Seconds = last };
        }));
    }

    [Theory]
    [InlineData("main", "", false)]
    [InlineData("b4...b5", "", false)]
    [InlineData("main", "src/m1", false)]
    [InlineData("main", "moved", true)]
    public async Task Pages_TogetherAreTheList(string revision, string path, bool follow)
    {
        if (path == "moved") path = (await history.Git.RunAsync("ls-tree", "-r", "--name-only", "main", "src/moved/")).Split('\n')[0];
        var whole = await IdsAsync(HistoryRepository.WithGraph, Ask);
        var parts = new List<string>();
        for (var token = ""; ;)
        {
            var page = await PageAsync(HistoryRepository.WithGraph, request =>
            {
                Ask(request);
                (request.PageSize, request.PageToken) = (Math.Max(1, whole.Count / 5), token);
            });
            parts.AddRange(Ids(page));
            token = page[^1].NextPageToken;
            if (token.Length == 0) break;
            Assert.Equal(Math.Max(1, whole.Count / 5), Ids(page).Count);
        }

        Assert.Equal(whole, parts);

        void Ask(ListCommitsRequest request) => (request.Revision, request.Path, request.Follow) = (revision, path, follow);
    }

    [Fact]
    public async Task Page_AfterAPush_GoesOnWhereItWas()
    {
        var before = await GitAsync("main");
        await history.Git.RunAsync("branch", "-f", "paged", "main");
        await PushAsync();
        var first = await PageAsync(HistoryRepository.WithGraph, static request => (request.Revision, request.PageSize) = ("paged", 7));
        var tip = await history.Git.RunAsync("-c", "user.name=P", "-c", "user.email=p@example.org", "commit-tree", "-p", "main", "-m", "Later", "main^{tree}");
        await history.Git.RunAsync("branch", "-f", "paged", tip);
        await PushAsync();
        var second = await PageAsync(
            HistoryRepository.WithGraph, request => (request.Revision, request.PageSize, request.PageToken) = ("paged", 7, first[^1].NextPageToken));
        Assert.Equal(before[..14], [.. Ids(first), .. Ids(second)]);
        var fresh = await PageAsync(HistoryRepository.WithGraph, static request => (request.Revision, request.PageSize) = ("paged", 7));
        Assert.Equal([tip, .. before[..6]], Ids(fresh));
        await history.Git.RunAsync("branch", "-D", "paged");

        Task PushAsync() => history.Git.RunAsync(
            "push", "-q", "-f", history.UrlOf(HistoryRepository.WithGraph), "paged");
    }

    [Fact]
    public async Task Sample_EachPath_IsGitsLog()
    {
        foreach (var path in (string[])["src/a.txt", "src/renamed.txt", "src/c.txt", "side", "big", "module", "link", "run.sh", "README.md", "odd"])
        {
            var expected = (await _server.Git.RunAsync("log", "--format=%H", "main", "--", path)).Split('\n');
            Assert.Equal(expected, await IdsAsync(ReadingServer.Repository, request => (request.Revision, request.Path) = ("main", path)));
        }

        var odd = (await _server.Git.RunAsync("log", "--format=%H", "main", "--", "odd/caf*")).Split('\n');
        Assert.Equal(odd, await IdsAsync(ReadingServer.Repository, static request =>
            (request.Revision, request.RawPath) = ("main", Google.Protobuf.ByteString.CopyFrom(SampleRepository.OddPath))));
        var followed = (await _server.Git.RunAsync("log", "--follow", "--format=%H", "main", "--", "src/renamed.txt")).Split('\n');
        Assert.Equal(followed, await IdsAsync(ReadingServer.Repository, static request => (request.Revision, request.Path, request.Follow) = ("main", "src/renamed.txt", true)));
    }

    [Fact]
    public async Task Json_IsALineForEachMessage()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{_server.Server.Url}/api/v1/projects/{ReadingServer.Project}/repositories/{HistoryRepository.WithGraph}/commits?revision=main&pageSize=3");
        request.Headers.TryAddWithoutValidation("authorization", _server.Login.GetValue("authorization"));
        using var reply = await client.SendAsync(request);
        var text = await reply.Content.ReadAsStringAsync();
        using var message = System.Text.Json.JsonDocument.Parse(text.Split('\n')[0]);
        var ids = message.RootElement.GetProperty("commits").EnumerateArray().Select(static commit => commit.GetProperty("commitId").GetString()!);
        Assert.Equal((await GitAsync("main"))[..3], ids);
    }

    [Theory]
    [InlineData("no-such-branch", "", "", false, StatusCode.NotFound)]
    [InlineData("main..nothing", "", "", false, StatusCode.NotFound)]
    [InlineData("main", "../etc", "", false, StatusCode.InvalidArgument)]
    [InlineData("main", "", "bm9uc2Vuc2U", false, StatusCode.InvalidArgument)]
    [InlineData("main", "", "", true, StatusCode.InvalidArgument)]
    public async Task BadRequest_IsRefused(string revision, string path, string token, bool follow, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => PageAsync(
            HistoryRepository.Plain, request => (request.Revision, request.Path, request.PageToken, request.Follow) = (revision, path, token, follow)));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Fact]
    public async Task TokenOfAnotherList_IsRefused()
    {
        var page = await PageAsync(HistoryRepository.Plain, static request => (request.Revision, request.PageSize) = ("main", 1));
        var fault = await Assert.ThrowsAsync<RpcException>(() => PageAsync(
            HistoryRepository.Plain, request => (request.Revision, request.PageToken) = ("b1", page[^1].NextPageToken)));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    private static List<string> Ids(IEnumerable<ListCommitsResponse> page) => [.. page.SelectMany(static part => part.Commits).Select(static commit => commit.CommitId)];

    private async Task<List<string>> GitAsync(params string[] arguments)
    {
        var text = await history.Git.RunAsync(["log", "--format=%H", .. arguments]);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private async Task<List<string>> IdsAsync(string repository, Action<ListCommitsRequest> ask) => Ids(await PageAsync(repository, ask));

    private Task<List<ListCommitsResponse>> PageAsync(string repository, Action<ListCommitsRequest> ask)
    {
        var request = new ListCommitsRequest { Project = ReadingServer.Project, Repository = repository, PageSize = 10_000 };
        ask(request);
        return ReadingServer.AllAsync(_server.Commits.ListCommits(request, _server.Login));
    }
}
