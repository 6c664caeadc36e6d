namespace Granary.EndToEnd.Tests.Pushing;

/// <summary>Pushes that are refused: with a sentence, and without any change.</summary>
public sealed class RefusalTests(SharedServer shared)
{
    [Fact]
    public async Task AtomicPush_WithOneRefusedRef_MovesNone()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/taken");
        await TestRepository.CommitAsync(work, "later", "later\n");
        var before = await repository.RefsAsync();
        var push = await work.TryAsync("push", "--atomic", "origin", "main", "main:refs/heads/new", "main:refs/heads/taken/below");
        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains("'refs/heads/taken' exists", push.Error, StringComparison.Ordinal);
        Assert.Equal(before, await repository.RefsAsync());
    }

    [Fact]
    public async Task Push_WithOneRefusedRef_MovesTheOthers()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/taken");
        var push = await work.TryAsync("push", "origin", "main:refs/heads/new", "main:refs/heads/taken/below");
        Assert.NotEqual(0, push.ExitCode);
        var refs = await repository.RefsAsync();
        Assert.Contains("refs/heads/new", refs, StringComparison.Ordinal);
        Assert.DoesNotContain("refs/heads/taken/below", refs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_FolderOfAnExistingBranch_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/a/b");
        var push = await work.TryAsync("push", "origin", "main:refs/heads/a");
        Assert.Contains("'refs/heads/a/b' exists; a ref cannot be beside and below another", push.Error, StringComparison.Ordinal);

        // Deleting the one makes way for the other, in one push.
        await work.RunAsync("push", "-q", "--atomic", "origin", ":refs/heads/a/b", "main:refs/heads/a");
        Assert.DoesNotContain("refs/heads/a/b", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_BothOfAConflictingPair_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var push = await work.TryAsync("push", "--atomic", "origin", "main:refs/heads/x", "main:refs/heads/x/y");
        Assert.NotEqual(0, push.ExitCode);
        Assert.DoesNotContain("refs/heads/x", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_WithAStaleOldValue_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        var stale = await work.RunAsync("rev-parse", "HEAD~2");
        var target = await work.RunAsync("rev-parse", "HEAD~1");
        foreach (var old in (string[])[stale, Wire.Zero])
            await AssertRefusedAsync(repository, Wire.Push(old, target, "refs/heads/main", Wire.EmptyPack), "the ref has moved since you fetched");
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/other");
        await AssertRefusedAsync(repository, Wire.Push(stale, Wire.Zero, "refs/heads/other", []), "the ref has moved since you fetched");
    }

    [Fact]
    public async Task Push_BranchToSomethingElse_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("tag", "-a", "-m", "one", "v1");
        await work.RunAsync("push", "-q", "origin", "v1");
        foreach (var (revision, type) in ((string, string)[])[("HEAD^{tree}", "tree"), ("HEAD:file1", "blob"), ("v1", "tag")])
        {
            var body = Wire.Push(Wire.Zero, await work.RunAsync("rev-parse", revision), "refs/heads/odd", Wire.EmptyPack);
            await AssertRefusedAsync(repository, body, $"a branch must point to a commit, not a {type}");
        }
    }

    [Fact]
    public async Task Push_TagToABlob_IsAccepted()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("tag", "blob", "HEAD:file1");
        await work.RunAsync("push", "-q", "origin", "blob");
        Assert.Contains("refs/tags/blob", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_OfAnObjectThatIsNowhere_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        const string Nowhere = "1234567890123456789012345678901234567890";
        await AssertRefusedAsync(repository, Wire.Push(Wire.Zero, Nowhere, "refs/heads/odd", Wire.EmptyPack), "missing necessary objects");
    }

    [Fact]
    public async Task Push_DeleteOfAMissingRef_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        await AssertRefusedAsync(repository, Wire.Push(Wire.Zero, Wire.Zero, "refs/heads/gone", []), "there is no such ref to delete");
    }

    [Fact]
    public async Task Push_ToAnArchivedRepository_IsRefusedUntilItIsUnarchived()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await shared.Admin.PatchAsync($"projects/{repository.Project}/repositories/repo", new { archived = true });
        await TestRepository.CommitAsync(work, "later", "later\n");
        var push = await work.TryAsync("push", "origin", "main");
        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains("archived and read-only; ask an administrator", push.Error, StringComparison.Ordinal);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        await shared.Admin.PatchAsync($"projects/{repository.Project}/repositories/repo", new { archived = false });
        await work.RunAsync("push", "-q", "origin", "main");
    }

    [Fact]
    public async Task Push_Signed_IsRefusedWithASentence()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        byte[] body = [.. Wire.Pkt("push-cert\0 report-status\n"), .. Wire.Flush];
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.ReceivePack, body, Wire.MemberLogin);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("push without --signed", reply.Text, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(TestRepository repository, byte[] body, string sentence)
    {
        var before = await repository.RefsAsync();
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.ReceivePack, body, Wire.MemberLogin);
        Assert.Contains("ng refs/", reply.Text, StringComparison.Ordinal);
        Assert.Contains(sentence, reply.Text, StringComparison.Ordinal);
        Assert.Equal(before, await repository.RefsAsync());
    }
}
