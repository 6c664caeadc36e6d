using System.Globalization;
using System.Net;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Commits;

/// <summary>From a push by real git to what the register answers.</summary>
[Collection(CommitServerCollection.Name)]
public sealed class RegistrationTests(CommitServer shared)
{
    [Fact]
    public async Task Push_CommitsWithIssues_AreFoundByIssueAuthorAndDate()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var first = await repository.CommitAsync("修正PROJ-12です（ＰＲＯＪ－１３）", minute: 1);
        var second = await repository.CommitAsync("Fixes PROJ-12, PROJ-14\n\nand UTF-8", minute: 2);
        var other = repository.Git.With("GIT_AUTHOR_NAME", "山田 太郎").With("GIT_AUTHOR_EMAIL", "Taro@Example.jp").With("GIT_AUTHOR_DATE", "1700000000 -0330");
        await other.RunAsync("commit", "-q", "--allow-empty", "-m", "nothing");
        var third = await other.RunAsync("rev-parse", "HEAD");
        await repository.PushAsync("HEAD:refs/heads/main");

        Assert.Equal([second, first, third], PushedRepository.Ids(await repository.WhenRegisteredAsync(atLeast: 3)));
        Assert.Equal([second, first], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-12")));
        Assert.Equal([first], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=proj-13")));
        Assert.Equal([second], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=UTF-8")));
        Assert.Empty(await repository.WhenRegisteredAsync("issue=PROJ-1"));
        Assert.Equal([third], PushedRepository.Ids(await repository.WhenRegisteredAsync("author=taro@example.JP")));
        Assert.Equal([third], PushedRepository.Ids(await repository.WhenRegisteredAsync("author=" + Uri.EscapeDataString("山田 太郎"))));
        Assert.Equal([second, first], PushedRepository.Ids(await repository.WhenRegisteredAsync("author=tester")));
        Assert.Empty(await repository.WhenRegisteredAsync("author=test"));
        Assert.Equal([second], PushedRepository.Ids(await repository.WhenRegisteredAsync("since=2023-11-14T22:15:20Z")));
        Assert.Equal([first, third], PushedRepository.Ids(await repository.WhenRegisteredAsync("until=2023-11-14T22:15:20Z")));
        Assert.Equal([first], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-12&author=tester@example.org&until=2023-11-14T22:15:20Z&since=2023-11-14T22:14:20Z")));

        var shown = (await repository.WhenRegisteredAsync("issue=PROJ-14")).Single();
        Assert.Equal("Fixes PROJ-12, PROJ-14", shown.GetProperty("subject").GetString());
        Assert.Equal("Fixes PROJ-12, PROJ-14\n\nand UTF-8", shown.GetProperty("message").GetString());
        Assert.Equal(["PROJ-12 FIXES", "PROJ-14 FIXES", "UTF-8 MENTIONS"], shown.GetProperty("issues").EnumerateArray().Select(static i => $"{i.GetProperty("key").GetString()} {i.GetProperty("action").GetString()}"));
        var author = (await repository.WhenRegisteredAsync("author=taro@example.jp")).Single().GetProperty("author");
        Assert.Equal(("山田 太郎", "Taro@Example.jp", "2023-11-14T22:13:20Z", -210), (
            author.GetProperty("name").GetString(), author.GetProperty("mail").GetString(), author.GetProperty("time").GetString(), author.GetProperty("utcOffsetMinutes").GetInt32()));
    }

    [Theory]
    [InlineData("Shift_JIS", 932)]
    [InlineData("EUC-JP", 51932)]
    [InlineData("ISO-2022-JP", 50220)]
    public async Task Push_CommitInAnotherEncoding_IsReadable(string name, int codePage)
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var tree = await repository.Git.FeedAsync("", "mktree");
        var text = $"tree {tree}\nauthor 山田 <t@example.jp> 1700000000 +0900\ncommitter 山田 <t@example.jp> 1700000000 +0900\nencoding {name}\n\n画面を修正 close PROJ-5\n";
        var raw = CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.GetBytes(text);
        var id = await repository.Git.FeedAsync(raw, "hash-object", "-t", "commit", "-w", "--stdin");
        await repository.PushAsync($"{id}:refs/heads/main");
        var commit = (await repository.WhenRegisteredAsync("issue=PROJ-5", atLeast: 1)).Single();
        Assert.Equal("画面を修正 close PROJ-5", commit.GetProperty("subject").GetString());
        Assert.Equal("山田", commit.GetProperty("author").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Push_ForcedDeletedAndPushedAgain_KeepsEachCommitOnce()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var kept = await repository.CommitAsync("base PROJ-1", minute: 1);
        var left = await repository.CommitAsync("left behind PROJ-1", minute: 2);
        await repository.PushAsync("HEAD:refs/heads/main");
        await repository.Git.RunAsync("reset", "-q", "--hard", kept);
        var current = await repository.CommitAsync("instead PROJ-1", minute: 3);
        await repository.PushAsync("HEAD:refs/heads/main");
        Assert.Equal([current, left, kept], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1", atLeast: 3)));

        await repository.PushAsync($"{left}:refs/heads/other");
        await repository.PushAsync(":refs/heads/other");
        await repository.PushAsync($"{left}:refs/heads/other");
        var last = await repository.CommitAsync("on top PROJ-1", minute: 4);
        await repository.PushAsync("HEAD:refs/heads/main");
        Assert.Equal([last, current, left, kept], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1", atLeast: 4)));
    }

    [Fact]
    public async Task Push_FiveHundredTags_AreWalkedAtOnce()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        await repository.CommitAsync("base");
        var tree = await repository.Git.RunAsync("rev-parse", "HEAD^{tree}");
        var commands = new StringBuilder();
        for (var i = 0; i < 500; i++)
        {
            var commit = await repository.Git.RunAsync("commit-tree", tree, "-p", "HEAD", "-m", $"PROJ-{i + 1}");
            commands.Append(CultureInfo.InvariantCulture, $"create refs/tags/t{i} {commit}\n");
        }

        await repository.Git.FeedAsync(commands.ToString(), "update-ref", "--stdin");
        await repository.Git.RunAsync("tag", "-a", "-m", "x", "annotated", await repository.Git.RunAsync("commit-tree", tree, "-m", "PROJ-1000"));
        await repository.Git.RunAsync("tag", "-a", "-m", "x", "tree", tree);
        await repository.PushAsync("HEAD:refs/heads/main", "refs/tags/*:refs/tags/*");
        Assert.Equal(502, (await repository.WhenRegisteredAsync(atLeast: 502)).Count);
        Assert.Single(await repository.WhenRegisteredAsync("issue=PROJ-500"));
        Assert.Single(await repository.WhenRegisteredAsync("issue=PROJ-1000"));
    }

    [Fact]
    public async Task List_Pages_ContinueWhereTheyEnded()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var ids = new List<string>();

        // Two at each time, so that pages end among equals.
        for (var i = 0; i < 9; i++) ids.Add(await repository.CommitAsync($"{i} PROJ-3", minute: i / 2));
        await repository.PushAsync("HEAD:refs/heads/main");
        var whole = PushedRepository.Ids(await repository.WhenRegisteredAsync(atLeast: 9)).ToList();
        Assert.Equal(ids.Order(), whole.Order());
        foreach (var query in new[] { "", "issue=PROJ-3", "author=Tester", "author=tester@example.org" })
        {
            var (pages, _) = await repository.ListAsync(query, pageSize: 2);
            Assert.Equal(whole, PushedRepository.Ids(pages));
        }

        foreach (var wrong in new[] { "pageToken=x", "pageSize=-1", "issue=PROJ", "issue=-1", "since=yesterday", "author=" + new string('a', 300), "author=%EF%BF%BE" })
            Assert.Equal(HttpStatusCode.BadRequest, (await shared.Server.Admin.SendAsync(HttpMethod.Get, $"{repository.Path}?{wrong}")).Status);
    }

    [Fact]
    public async Task List_Issue_IsThatOfAllRepositoriesOfTheProject()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var key = $"{repository.Project}-7";
        var first = await repository.CommitAsync($"closes {key.ToLowerInvariant()}", minute: 1);
        await repository.PushAsync("HEAD:refs/heads/main");
        await shared.Server.Admin.CreateRepositoryAsync(repository.Project, "second");
        await repository.Git.RunAsync("checkout", "-q", "--orphan", "second");
        var second = await repository.CommitAsync($"refs {key}", minute: 2);
        await repository.Git.RunAsync("push", "-q", repository.Url("second"), "HEAD:refs/heads/main");
        var path = $"projects/{repository.Project}/issues/{key}/commits";
        var found = new List<string>();
        await Until.HoldsAsync("both are registered", async () =>
        {
            found = [.. (await shared.Server.Admin.GetAsync(path)).GetProperty("commits").EnumerateArray()
                .Select(static c => $"{c.GetProperty("repository").GetString()} {c.GetProperty("commitId").GetString()}")];
            return found.Count == 2;
        });
        Assert.Equal([$"second {second}", $"hello {first}"], found);

        var cli = await new Cli(shared.Server).RunAsync(["commit", "issue", repository.Project, key]);
        Assert.Equal(0, cli.ExitCode);
        Assert.Contains($"refs {key}", cli.Output, StringComparison.Ordinal);
        var list = await new Cli(shared.Server).RunAsync(["commit", "list", $"{repository.Project}/hello", "--issue", key, "--author", "Tester", "--since", "2023-01-01", "--json"]);
        Assert.Contains(first, list.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await new Cli(shared.Server).RunAsync(["commit", "list", $"{repository.Project}/hello", "--since", "x"])).ExitCode);

        await shared.Server.Admin.DeleteAsync($"projects/{repository.Project}/repositories/second");
        Assert.Equal([first], PushedRepository.Ids((await shared.Server.Admin.GetAsync(path)).GetProperty("commits").EnumerateArray()));

        await shared.Server.Admin.CreateUserAsync("zoe-" + repository.Project, "zoe's good password");
        using var stranger = shared.Server.Admin.As("zoe-" + repository.Project, "zoe's good password");
        var (there, absent) = (await stranger.SendAsync(HttpMethod.Get, path), await stranger.SendAsync(HttpMethod.Get, $"projects/NONE/issues/{key}/commits"));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (there.Status, absent.Status));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Get, repository.Path)).Status);
        await shared.Server.Admin.SetMemberAsync(repository.Project, "zoe-" + repository.Project, "viewer");
        Assert.Single((await stranger.GetAsync(path)).GetProperty("commits").EnumerateArray());
    }

    [Fact]
    public async Task List_CommitsOfHiddenRefs_AreShownWhenAnotherRefHasThem()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var seen = await repository.CommitAsync("open PROJ-1", minute: 1);
        await repository.PushAsync("HEAD:refs/heads/main");
        var secret = await repository.CommitAsync("secret PROJ-1", minute: 2);
        await repository.PushAsync("HEAD:refs/secret/one");
        Assert.Equal([secret, seen], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1", atLeast: 2)));
        await shared.Server.Admin.PatchAsync($"projects/{repository.Project}/repositories/hello/policy", new { hiddenRefs = new { names = new[] { "refs/secret" } } });
        Assert.Equal([seen], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1")));
        Assert.Single((await shared.Server.Admin.GetAsync($"projects/{repository.Project}/issues/PROJ-1/commits")).GetProperty("commits").EnumerateArray());
        await repository.PushAsync("HEAD:refs/heads/main");
        Assert.Equal([secret, seen], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1")));
    }

    [Fact]
    public async Task Import_History_IsRegistered()
    {
        using var repository = await PushedRepository.CreateAsync(shared.Server);
        var id = await repository.CommitAsync("PROJ-1 from elsewhere");
        await repository.Git.RunAsync("branch", "-q", "another");
        Assert.Equal(0, (await new Cli(shared.Server).ImportAsync($"{repository.Project}/hello", repository.Git.Folder)).ExitCode);
        Assert.Equal([id], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1", atLeast: 1)));
    }

    /// <summary>The kind is paused until git cannot work there; then it can again, and nobody pushes.</summary>
    [Fact]
    public async Task Run_GitFails_IsCountedAndTriedAgain()
    {
        await using var server = await GranaryServer.StartAsync(CommitServer.Settings);
        using var repository = await PushedRepository.CreateAsync(server);
        await server.Admin.PostAsync("server/job-kinds/commits/pause", new { });
        var id = await repository.CommitAsync("PROJ-1");
        await repository.PushAsync("HEAD:refs/heads/main");
        await Until.HoldsAsync("it waits", async () => (await server.Admin.GetAsync("server/job-kinds")).GetProperty("undelivered").ToString() == "1");
        var config = Path.Combine(await server.FolderOfAsync(repository.Project, "hello"), "config");
        var whole = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(config, "[broken");
        await server.Admin.PostAsync("server/job-kinds/commits/resume", new { });
        await Metrics.UntilAsync(server, "a run failed", static m => m.Sum("granary_commits_failures_total") >= 2 && m.Sum("granary_commits_waiting") == 1);
        Assert.True((await repository.ListAsync()).IsRegistering);
        await File.WriteAllTextAsync(config, whole);
        Assert.Equal([id], PushedRepository.Ids(await repository.WhenRegisteredAsync("issue=PROJ-1", atLeast: 1)));
        await Metrics.UntilAsync(server, "nothing waits", static m => m.Sum("granary_commits_waiting") == 0 && m.Sum("granary_commits_registered_total") == 1);
    }
}
