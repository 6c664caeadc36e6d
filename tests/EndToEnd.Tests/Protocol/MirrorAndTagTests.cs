namespace Granary.EndToEnd.Tests.Protocol;

public sealed class MirrorAndTagTests(SharedServer shared)
{
    [Fact]
    public async Task Mirror_ClonedAndPushedElsewhere_HasEveryRef()
    {
        using var from = await shared.NewRepositoryAsync();
        var work = await from.NewPushedWorkAsync(commits: 2);
        await work.RunAsync("tag", "-a", "-m", "one", "v1");
        await work.RunAsync("push", "-q", "origin", "v1", "main:refs/heads/topic", "main:refs/notes/odd");
        await from.Git.RunAsync("clone", "-q", "--mirror", from.Url, "mirror.git");

        using var to = await shared.NewRepositoryAsync();
        var mirror = from.Git.In("mirror.git");
        await mirror.RunAsync("push", "-q", "--mirror", to.Url);
        Assert.Equal(await from.RefsAsync(), await to.RefsAsync());
    }

    [Fact]
    public async Task PushMirror_WithARefGoneHere_DeletesItThere()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/gone");
        await work.RunAsync("tag", "new");
        await repository.Git.RunAsync("clone", "-q", "--mirror", work.Folder, "mirror.git");
        await repository.Git.In("mirror.git").RunAsync("update-ref", "-d", "refs/remotes/origin/main");
        await repository.Git.In("mirror.git").RunAsync("push", "-q", "--mirror", repository.Url);
        var refs = await repository.RefsAsync();
        Assert.DoesNotContain("refs/heads/gone", refs, StringComparison.Ordinal);
        Assert.Contains("refs/tags/new", refs, StringComparison.Ordinal);
        Assert.Contains("refs/heads/main", refs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_FollowTags_TakesAnnotatedTagsAlong()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync(commits: 2);
        await work.RunAsync("tag", "-a", "-m", "annotated", "annotated", "HEAD~1");
        await work.RunAsync("tag", "light");
        await work.RunAsync("push", "-q", "--follow-tags", "origin", "main");
        var refs = await repository.RefsAsync();
        Assert.Contains("refs/tags/annotated^{}", refs, StringComparison.Ordinal);
        Assert.DoesNotContain("refs/tags/light", refs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_OfABranch_BringsItsTags()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        await TestRepository.CommitAsync(work, "later", "later\n");
        await work.RunAsync("tag", "-a", "-m", "two", "v2");
        await work.RunAsync("tag", "-a", "-m", "tag of a tag", "nested", "v2");
        await work.RunAsync("push", "-q", "origin", "main", "--tags");
        var copy = repository.Git.In("copy");
        await copy.RunAsync("fetch", "-q", "origin");
        Assert.Equal("nested\nv2", await copy.RunAsync("tag", "--list"));
        Assert.Equal(await work.RunAsync("rev-parse", "nested^{}"), await copy.RunAsync("rev-parse", "nested^{}"));
        Assert.Contains($"{await work.RunAsync("rev-parse", "HEAD")}\trefs/tags/nested^{{}}", await repository.RefsAsync(), StringComparison.Ordinal);
    }
}
