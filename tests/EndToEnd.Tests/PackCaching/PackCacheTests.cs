using System.Net;
using Granary.EndToEnd.Tests.Policy;
using Granary.EndToEnd.Tests.Ssh;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.PackCaching;

/// <summary>Real clients and one git for many of them.</summary>
public sealed class PackCacheTests(CountingServer counting) : IClassFixture<CountingServer>
{
    [Fact]
    public async Task Clones_OfTheSame_NeedOneGitWhoeverAsksByWhateverTransport()
    {
        using var repository = await counting.NewRepositoryAsync();
        using var ssh = await SshRepository.CreateAsync(repository);
        var work = await NewWorkAsync(repository);
        var head = await work.RunAsync("rev-parse", "HEAD");
        var admin = repository.UrlAs(GranaryServer.AdminName, GranaryServer.AdminPassword);
        string[] urls = [repository.Url, admin, repository.Url, ssh.Url, admin];
        for (var i = 0; i < urls.Length; i++)
        {
            await ssh.Git.RunAsync("clone", "-q", urls[i], $"clone{i}");
            await AssertSoundAsync(repository, $"clone{i}", head);
            Assert.Equal(1, await counting.FetchesAsync(repository));
        }
    }

    [Fact]
    public async Task Clones_AtOnce_ShareOneGit()
    {
        using var repository = await counting.NewRepositoryAsync();
        var head = await (await NewWorkAsync(repository)).RunAsync("rev-parse", "HEAD");
        var before = await counting.RequestsAsync();
        counting.Hold();
        var clones = Enumerable.Range(0, 6).Select(i => repository.Git.RunAsync("clone", "-q", repository.Url, $"clone{i}")).ToList();
        await Until.HoldsAsync("all are under way", async () => await counting.RequestsAsync() >= before + clones.Count);
        counting.Open();
        await Task.WhenAll(clones);
        for (var i = 0; i < clones.Count; i++) await AssertSoundAsync(repository, $"clone{i}", head);
        Assert.Equal(1, await counting.FetchesAsync(repository));
    }

    [Fact]
    public async Task Fetches_AtOnceByOtherAgents_ShareOneGit()
    {
        using var repository = await counting.NewRepositoryAsync();
        var head = await (await NewWorkAsync(repository)).RunAsync("rev-parse", "HEAD");
        var before = await counting.RequestsAsync();
        counting.Hold();
        var fetches = Enumerable.Range(0, 20).Select(i => FetchAsync(repository, $"agent=test/{i}", head)).ToList();
        await Until.HoldsAsync("all are under way", async () => await counting.RequestsAsync() >= before + fetches.Count);
        counting.Open();
        var answers = await Task.WhenAll(fetches);
        Assert.Equal(1, await counting.FetchesAsync(repository));
        Assert.All(answers, answer => Assert.Equal(answers[0].Text, answer.Text));
        Assert.EndsWith("0000", answers[0].Text, StringComparison.Ordinal);
        Assert.Contains("PACK", answers[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_ThatAreKilled_EndGitAndHarmNobody()
    {
        using var repository = await counting.NewRepositoryAsync();
        var head = await (await NewWorkAsync(repository)).RunAsync("rev-parse", "HEAD");
        counting.Hold();
        using (var client = repository.Git.Start("clone", "-q", repository.Url, "killed"))
        {
            await Until.HoldsAsync("a git was started", async () => await counting.FetchesAsync(repository) == 1);
            client.Kill(entireProcessTree: true);
        }

        await Until.HoldsAsync("its git has ended", () => repository.Server.Children.Count == 0);
        counting.Open();
        await repository.Git.RunAsync("clone", "-q", repository.Url, "clone");
        await AssertSoundAsync(repository, "clone", head);
    }

    [Fact]
    public async Task Clone_ByWhomMayReadNoMore_IsRefusedThoughItIsKept()
    {
        using var repository = await counting.NewRepositoryAsync();
        var head = await (await NewWorkAsync(repository)).RunAsync("rev-parse", "HEAD");
        await WarmAsync(repository);
        await repository.Server.Admin.DeleteAsync($"projects/{repository.Project}/members/{SharedServer.Member}");
        var refused = await repository.Git.TryAsync("clone", "-q", repository.Url, "refused");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync(repository, "agent=x", head)).Status);
        Assert.Equal(1, await counting.FetchesAsync(repository));
    }

    [Fact]
    public async Task Clone_AfterAPush_HasTheNewCommitAndTag()
    {
        using var repository = await counting.NewRepositoryAsync();
        var work = await NewWorkAsync(repository);
        await WarmAsync(repository);
        var head = await TestRepository.CommitAsync(work, "later", "content");
        await work.RunAsync("push", "-q", "origin", "main");
        await repository.Git.RunAsync("clone", "-q", repository.Url, "after");
        await AssertSoundAsync(repository, "after", head);

        // An annotated tag comes with the commit that it is on: the same wants, another pack.
        var wants = await FetchAsync(repository, "agent=x", head, "include-tag");
        await work.RunAsync("tag", "-a", "-m", "one", "v1");
        await work.RunAsync("push", "-q", "origin", "v1");
        var tagged = await FetchAsync(repository, "agent=x", head, "include-tag");
        Assert.Equal(ObjectsOf(wants) + 1, ObjectsOf(tagged));
        await repository.Git.RunAsync("clone", "-q", repository.Url, "tagged");
        Assert.Equal("tag", await repository.Git.In("tagged").RunAsync("cat-file", "-t", "v1"));
    }

    [Theory]
    [InlineData("--depth=1")]
    [InlineData("--depth=3 --no-single-branch")]
    [InlineData("--shallow-since=2020-01-01T00:00:00Z")]
    [InlineData("--filter=blob:none --no-checkout")]
    [InlineData("--filter=tree:0 --no-checkout")]
    [InlineData("--filter=blob:limit=10 --no-checkout")]
    [InlineData("--single-branch --no-tags")]
    public async Task Clone_OfAPart_IsWhatGitItselfGives(string options)
    {
        using var repository = await counting.NewRepositoryAsync();
        await NewWorkAsync(repository);
        var folder = await repository.FolderAsync();
        await repository.Git.In(folder).RunAsync("config", "uploadpack.allowFilter", "true");
        string[] arguments = ["clone", "-q", .. options.Split(' ')];
        await repository.Git.RunAsync([.. arguments, "file://" + folder, "direct"]);
        var expected = await ObjectsAsync(repository, "direct");
        for (var i = 0; i < 3; i++)
        {
            await repository.Git.RunAsync([.. arguments, repository.Url, $"clone{i}"]);
            Assert.Equal(expected, await ObjectsAsync(repository, $"clone{i}"));
        }

        Assert.Equal(1, await counting.FetchesAsync(repository));
    }

    [Fact]
    public async Task Fetches_OfWhatIsNew_AreRightForEachAndDeepenToo()
    {
        using var repository = await counting.NewRepositoryAsync();
        var work = await NewWorkAsync(repository);
        for (var i = 0; i < 3; i++)
        {
            await repository.Git.RunAsync("clone", "-q", repository.Url, $"full{i}");
            await repository.Git.RunAsync("clone", "-q", "--depth=1", repository.Url, $"shallow{i}");
        }

        var head = await TestRepository.CommitAsync(work, "later", "content");
        await work.RunAsync("push", "-q", "origin", "main");
        for (var i = 0; i < 3; i++)
        {
            await repository.Git.In($"full{i}").RunAsync("pull", "-q");
            await AssertSoundAsync(repository, $"full{i}", head);
            await repository.Git.In($"shallow{i}").RunAsync("fetch", "-q", "--unshallow");
            Assert.Equal(
                await repository.Git.In($"full{i}").RunAsync("rev-list", "origin/main"),
                await repository.Git.In($"shallow{i}").RunAsync("rev-list", "origin/main"));
            await repository.Git.In($"shallow{i}").RunAsync("fsck", "--no-dangling");
        }
    }

    [Fact]
    public async Task Want_ThatIsHiddenMeanwhile_IsRefusedThoughItIsKept()
    {
        using var repository = await counting.NewRepositoryAsync();
        var work = await NewWorkAsync(repository);
        var secret = await TestRepository.CommitAsync(work, "secret", "secret");
        await work.RunAsync("push", "-q", "origin", "HEAD:refs/heads/secret");
        for (var i = 0; i < 3; i++) Assert.Contains("PACK", (await FetchAsync(repository, "agent=x", secret)).Text, StringComparison.Ordinal);
        await repository.HideAsync("refs/heads/secret");
        Assert.Contains("not our ref", (await FetchAsync(repository, "agent=x", secret)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clone_AfterARepack_IsServedFromWhatWasKept()
    {
        using var repository = await counting.NewRepositoryAsync();
        var head = await (await NewWorkAsync(repository)).RunAsync("rev-parse", "HEAD");
        await WarmAsync(repository);
        await repository.Server.Admin.PostAsync($"projects/{repository.Project}/repositories/{repository.Name}/maintenance", new { });
        await repository.Git.RunAsync("clone", "-q", repository.Url, "after");
        await AssertSoundAsync(repository, "after", head);
        Assert.Equal(1, await counting.FetchesAsync(repository));
    }

    [Fact]
    public async Task Repository_WhoseFolderIsGone_LeavesNothingInTheCache()
    {
        using var repository = await counting.NewRepositoryAsync();
        await NewWorkAsync(repository);
        var before = counting.Files;
        await WarmAsync(repository);
        var kept = Assert.Single(counting.Files.Except(before));
        var folder = await repository.FolderAsync();
        Directory.Move(folder, folder + ".gone"); // As the end of the undo period does.
        await Until.HoldsAsync("its pack is removed", () => !File.Exists(kept));
    }

    private static async Task<Git> NewWorkAsync(TestRepository repository)
    {
        var work = await repository.NewWorkAsync(commits: 5);
        await work.RunAsync("tag", "-a", "-m", "zero", "v0", "HEAD~2");
        await TestRepository.CommitAsync(work, "large", Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(1 << 20)));
        await work.RunAsync("push", "-q", "-u", "origin", "main", "v0");
        return work;
    }

    /// <summary>A clone that is kept.</summary>
    private static async Task WarmAsync(TestRepository repository) => await repository.Git.RunAsync("clone", "-q", repository.Url, "warm");

    private static async Task AssertSoundAsync(TestRepository repository, string clone, string head)
    {
        var git = repository.Git.In(clone);
        Assert.Equal(head, await git.RunAsync("rev-parse", "origin/main"));
        await git.RunAsync("fsck", "--strict", "--no-dangling");
    }

    /// <summary>All objects that a clone has, without fetching any.</summary>
    private static async Task<string> ObjectsAsync(TestRepository repository, string clone)
    {
        var all = await repository.Git.In(clone).RunAsync("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)");
        return all + await repository.Git.In(clone).RunAsync("for-each-ref");
    }

    /// <summary>How many objects the head of the pack announces.</summary>
    private static int ObjectsOf(HttpReply answer)
    {
        var at = answer.Text.IndexOf("PACK", StringComparison.Ordinal) + 8;
        return System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(System.Text.Encoding.Latin1.GetBytes(answer.Text.Substring(at, 4)));
    }

    private static Task<HttpReply> FetchAsync(TestRepository repository, string agent, string want, params string[] more) => Wire.PostAsync(
        repository.AnonymousUrl,
        Wire.UploadPack,
        [
            .. Wire.Pkt("command=fetch\n"), .. Wire.Pkt(agent + "\n"), .. "0001"u8, .. Wire.Pkt("no-progress\n"),
            .. more.SelectMany(static m => Wire.Pkt(m + "\n")), .. Wire.Pkt($"want {want}\n"), .. Wire.Pkt("done\n"), .. Wire.Flush,
        ],
        Wire.MemberLogin,
        Wire.Speak2);
}
