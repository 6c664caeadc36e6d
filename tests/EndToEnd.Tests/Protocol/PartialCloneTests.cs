namespace Granary.EndToEnd.Tests.Protocol;

public sealed class PartialCloneTests(SharedServer shared)
{
    [Theory]
    [InlineData("blob:none", 0)]
    [InlineData("blob:none", 2)]
    [InlineData("tree:0", 2)]
    [InlineData("blob:limit=5", 2)]
    public async Task Clone_WithFilter_FetchesTheRestOnCheckout(string filter, int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync(commits: 0);
        Directory.CreateDirectory(Path.Combine(work.Folder, "folder"));
        await TestRepository.CommitAsync(work, "folder/file", "first version\n");
        await TestRepository.CommitAsync(work, "folder/file", "second version\n");
        await work.RunAsync("push", "-q", "origin", "main");

        await VersionTests.Speaking(repository.Git, repository, version)
            .RunAsync("clone", "-q", "--no-checkout", $"--filter={filter}", repository.Url, "copy");
        var copy = VersionTests.Speaking(repository.Git.In("copy"), repository, version);
        Assert.Contains("?", await copy.RunAsync("rev-list", "--objects", "--all", "--missing=print"), StringComparison.Ordinal);

        await copy.RunAsync("checkout", "-q", "main");
        Assert.Equal("second version\n", await File.ReadAllTextAsync(Path.Combine(copy.Folder, "folder", "file")));
        await copy.RunAsync("checkout", "-q", "main~1");
        Assert.Equal("first version\n", await File.ReadAllTextAsync(Path.Combine(copy.Folder, "folder", "file")));
    }

    [Fact]
    public async Task Push_FromAPartialClone_IsAccepted()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync(commits: 3);
        await repository.Git.RunAsync("clone", "-q", "--filter=blob:none", repository.Url, "copy");
        var copy = repository.Git.In("copy");
        var tip = await TestRepository.CommitAsync(copy, "new", "new\n");
        await copy.RunAsync("push", "-q", "origin", "main");
        Assert.Contains($"{tip}\trefs/heads/main", await repository.RefsAsync(), StringComparison.Ordinal);
    }
}
