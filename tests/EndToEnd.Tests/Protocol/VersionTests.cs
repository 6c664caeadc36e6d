using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Protocol;

/// <summary>Everyday commands of real git in each version of the protocol; the packet trace shows that it was spoken.</summary>
public sealed class VersionTests(SharedServer shared)
{
    public static TheoryData<int> Versions => [0, 1, 2];

    [Theory, MemberData(nameof(Versions))]
    public async Task Clone_InVersion_GetsHistoryAndFiles(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        await Speaking(repository.Git, repository, version).RunAsync("clone", repository.Url, "copy");
        var copy = repository.Git.In("copy");
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await copy.RunAsync("rev-parse", "HEAD"));
        Assert.Equal("main", await copy.RunAsync("symbolic-ref", "--short", "HEAD"));
        Assert.Equal("content 3\n", await File.ReadAllTextAsync(Path.Combine(copy.Folder, "file3")));
        AssertSpoke(repository, version);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task LsRemote_InVersion_ListsHeadBranchesAndPeeledTags(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("tag", "-a", "-m", "first", "v1");
        await work.RunAsync("push", "-q", "origin", "v1");
        var head = await work.RunAsync("rev-parse", "HEAD");
        var tag = await work.RunAsync("rev-parse", "v1");
        var refs = await Speaking(repository.Git, repository, version).RunAsync("ls-remote", "--symref", repository.Url);
        Assert.Equal($"ref: refs/heads/main\tHEAD\n{head}\tHEAD\n{head}\trefs/heads/main\n{tag}\trefs/tags/v1\n{head}\trefs/tags/v1^{{}}", refs);
        AssertSpoke(repository, version);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Fetch_InVersion_BringsNewCommitsOnly(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        var tip = await TestRepository.CommitAsync(work, "later", "later\n");
        await work.RunAsync("push", "-q");
        var copy = repository.Git.In("copy");
        await Speaking(copy, repository, version).RunAsync("-c", "fetch.unpackLimit=1", "fetch", "origin");
        Assert.Equal(tip, await copy.RunAsync("rev-parse", "origin/main"));

        // The clone's 9 objects, and the fetch's commit, tree and blob; git adds the base of a thin delta to the pack.
        var counted = await copy.RunAsync("count-objects", "-v");
        Assert.Matches("in-pack: 1[23]\n", counted);
        AssertSpoke(repository, version);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Pull_InVersion_FastForwards(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        var tip = await TestRepository.CommitAsync(work, "later", "later\n");
        await work.RunAsync("push", "-q");
        var copy = repository.Git.In("copy");
        await Speaking(copy, repository, version).RunAsync("pull", "--ff-only");
        Assert.Equal(tip, await copy.RunAsync("rev-parse", "HEAD"));
        AssertSpoke(repository, version);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Push_InVersion_MovesTheBranch(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var tip = await TestRepository.CommitAsync(work, "later", "later\n");
        await Speaking(work, repository, version).RunAsync("push", "origin", "main");
        Assert.Contains($"{tip}\trefs/heads/main", await repository.RefsAsync(), StringComparison.Ordinal);

        // There is no v2 of a push: git asks for v0 then.
        AssertSpoke(repository, version == 2 ? 0 : version);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Clone_EmptyRepository_HasTheServersDefaultBranch(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        await Speaking(repository.Git, repository, version).RunAsync("-c", "init.defaultBranch=other", "clone", repository.Url, "copy");
        var branch = await repository.Git.In("copy").RunAsync("symbolic-ref", "--short", "HEAD");

        // Only v2 can say what an unborn HEAD points to.
        Assert.Equal(version == 2 ? "main" : "other", branch);
    }

    [Fact]
    public async Task Fetch_OfACommitByItsId_IsServed()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        var middle = await work.RunAsync("rev-parse", "HEAD~1");
        foreach (var version in (int[])[0, 2])
        {
            var folder = $"by-id-{version}";
            await repository.Git.RunAsync("init", "-q", folder);
            await Speaking(repository.Git.In(folder), repository, version).RunAsync("fetch", "-q", repository.Url, middle);
            Assert.Equal(middle, await repository.Git.In(folder).RunAsync("rev-parse", "FETCH_HEAD"));
        }
    }

    internal static Git Speaking(Git git, TestRepository repository, int version) => git
        .With("GIT_CONFIG_COUNT", "1").With("GIT_CONFIG_KEY_0", "protocol.version")
        .With("GIT_CONFIG_VALUE_0", version.ToString(CultureInfo.InvariantCulture))
        .With("GIT_TRACE_PACKET", repository["packets"]);

    private static void AssertSpoke(TestRepository repository, int version)
    {
        var trace = File.ReadAllText(repository["packets"]);
        Assert.NotEmpty(trace);
        Assert.Equal(version == 1, trace.Contains("< version 1", StringComparison.Ordinal));
        Assert.Equal(version == 2, trace.Contains("< version 2", StringComparison.Ordinal));
    }
}
