namespace Granary.EndToEnd.Tests.Protocol;

public sealed class RefInWantTests(SharedServer shared)
{
    [Fact]
    public async Task Fetch_OfABranchByName_AsksWithWantRef()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 2);
        await repository.Git.RunAsync("init", "-q", "copy");
        var copy = VersionTests.Speaking(repository.Git.In("copy"), repository, 2);
        await copy.RunAsync("fetch", "-q", repository.Url, "refs/heads/main:refs/heads/got");
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await copy.RunAsync("rev-parse", "got"));
        AssertAskedByName(repository);
    }

    [Fact]
    public async Task Fetch_OfABranchByNameWithDepth_IsShallow()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        await repository.Git.RunAsync("init", "-q", "copy");
        var copy = VersionTests.Speaking(repository.Git.In("copy"), repository, 2);
        await copy.RunAsync("fetch", "-q", "--depth=1", repository.Url, "refs/heads/main:refs/heads/got");
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await copy.RunAsync("rev-parse", "got"));
        Assert.Equal("1", await copy.RunAsync("rev-list", "--count", "got"));
        AssertAskedByName(repository);
    }

    [Fact]
    public async Task Fetch_OfAMissingRef_IsAnsweredWithGitsWords()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        byte[] body = [.. Wire.Pkt("command=fetch"), .. "0001"u8, .. Wire.Pkt("want-ref refs/heads/gone\n"), .. Wire.Pkt("done\n"), .. Wire.Flush];
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.UploadPack, body, Wire.MemberLogin, Wire.Speak2);
        Assert.Contains("ERR unknown ref refs/heads/gone", reply.Text, StringComparison.Ordinal);
    }

    private static void AssertAskedByName(TestRepository repository)
    {
        var trace = File.ReadAllText(repository["packets"]);
        Assert.Contains("> want-ref refs/heads/main", trace, StringComparison.Ordinal);
        Assert.Contains("< wanted-refs", trace, StringComparison.Ordinal);
    }
}
