using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Protocol;

public sealed class ShallowTests(SharedServer shared)
{
    public static TheoryData<int> Versions => [0, 2];

    [Theory, MemberData(nameof(Versions))]
    public async Task Clone_WithDepth_CanBeDeepenedAndMadeWhole(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync(commits: 6);
        await VersionTests.Speaking(repository.Git, repository, version).RunAsync("clone", "-q", "--depth", "2", repository.Url, "copy");
        var copy = VersionTests.Speaking(repository.Git.In("copy"), repository, version);
        Assert.Equal("2", await CountAsync(copy));
        await copy.RunAsync("fetch", "-q", "--deepen=1");
        Assert.Equal("3", await CountAsync(copy));
        await copy.RunAsync("fetch", "-q", "--depth=4");
        Assert.Equal("4", await CountAsync(copy));
        await copy.RunAsync("fetch", "-q", "--unshallow");
        Assert.Equal("6", await CountAsync(copy));
        Assert.Equal("false", await copy.RunAsync("rev-parse", "--is-shallow-repository"));
        await copy.RunAsync("fsck", "--strict");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Clone_ShallowSince_GetsTheYoungerCommits(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync(commits: 0);
        foreach (var year in (string[])["2020", "2021", "2022", "2023"])
            await TestRepository.CommitAsync(work, "file", year, $"{year}-06-01T12:00:00Z");
        await work.RunAsync("push", "-q", "origin", "main");
        await VersionTests.Speaking(repository.Git, repository, version)
            .RunAsync("clone", "-q", "--shallow-since=2021-12-31T00:00:00Z", repository.Url, "copy");
        Assert.Equal("2", await CountAsync(repository.Git.In("copy")));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Clone_ShallowExclude_StopsAtTheTag(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 2);
        await work.RunAsync("tag", "old");
        await TestRepository.CommitAsync(work, "later", "later\n");
        await work.RunAsync("push", "-q", "origin", "main", "old");
        await VersionTests.Speaking(repository.Git, repository, version).RunAsync("clone", "-q", "--shallow-exclude=old", repository.Url, "copy");
        Assert.Equal("1", await CountAsync(repository.Git.In("copy")));
    }

    [Fact]
    public async Task Push_FromAShallowClone_IsAcceptedAndWhole()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync(commits: 5);
        await repository.Git.RunAsync("clone", "-q", "--depth", "1", repository.Url, "copy");
        var copy = repository.Git.In("copy");
        var tip = await TestRepository.CommitAsync(copy, "from-shallow", "new\n");
        await copy.RunAsync("push", "-q", "origin", "main", "main:refs/heads/other");
        Assert.Contains($"{tip}\trefs/heads/other", await repository.RefsAsync(), StringComparison.Ordinal);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "whole");
        Assert.Equal("6", await CountAsync(repository.Git.In("whole")));
        await repository.Git.In(await repository.FolderAsync()).RunAsync("fsck", "--strict");
    }

    [Fact]
    public async Task Push_FromAShallowCloneToAnEmptyRepository_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync(commits: 3);
        await repository.Git.RunAsync("clone", "-q", "--depth", "1", repository.Url, "copy");
        using var empty = await shared.NewRepositoryAsync();
        var push = await repository.Git.In("copy").TryAsync("push", empty.Url, "main");
        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains("did not receive expected object", push.Error, StringComparison.Ordinal);
        Assert.Equal("", await empty.RefsAsync());
    }

    private static Task<string> CountAsync(Git work) => work.RunAsync("rev-list", "--count", "HEAD");
}
