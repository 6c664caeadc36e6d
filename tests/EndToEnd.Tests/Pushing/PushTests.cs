using System.Globalization;
using System.Text;

namespace Granary.EndToEnd.Tests.Pushing;

public sealed class PushTests(SharedServer shared)
{
    [Fact]
    public async Task Push_FirstBranchNotMain_BecomesTheDefaultBranch()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/trunk");
        var info = await shared.Admin.GetAsync($"projects/{repository.Project}/repositories/repo");
        Assert.Equal("trunk", info.GetProperty("defaultBranch").GetString());
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        Assert.Equal("trunk", await repository.Git.In("copy").RunAsync("symbolic-ref", "--short", "HEAD"));
    }

    [Fact]
    public async Task Push_MainAmongTheFirstBranches_StaysTheDefaultBranch()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/a", "main");
        var info = await shared.Admin.GetAsync($"projects/{repository.Project}/repositories/repo");
        Assert.Equal("main", info.GetProperty("defaultBranch").GetString());
    }

    [Fact]
    public async Task Push_OfAnExistingCommitToANewBranch_NeedsNoObjects()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var push = await work.TryAsync("push", "--progress", "origin", "main:refs/heads/same");
        Assert.Equal(0, push.ExitCode);
        Assert.Contains("Total 0 (delta 0)", push.Error, StringComparison.Ordinal);
        Assert.Contains("refs/heads/same", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_Delete_TakesTheBranchAway()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/topic");
        await work.RunAsync("push", "-q", "origin", "--delete", "topic");
        Assert.DoesNotContain("topic", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_NonFastForward_NeedsForce()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        await work.RunAsync("reset", "-q", "--hard", "HEAD~2");
        var tip = await TestRepository.CommitAsync(work, "other", "other\n");
        Assert.NotEqual(0, (await work.TryAsync("push", "origin", "main")).ExitCode);
        await work.RunAsync("push", "-q", "--force", "origin", "main");
        Assert.Contains($"{tip}\trefs/heads/main", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_ForceWithAStaleLease_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 2);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "other");
        var other = repository.Git.In("other");
        await TestRepository.CommitAsync(work, "later", "later\n");
        await work.RunAsync("push", "-q", "origin", "main");
        await other.RunAsync("commit", "-q", "--amend", "-m", "Rewritten");
        Assert.NotEqual(0, (await other.TryAsync("push", "--force-with-lease", "origin", "main")).ExitCode);
    }

    [Fact]
    public async Task Push_WithOptions_IsAccepted()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        await work.RunAsync("push", "-q", "-o", "ci.skip", "-o", "reviewer=アリス", "origin", "main");
        Assert.Contains("refs/heads/main", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_OfManyTags_IsOnePush()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var updates = new StringBuilder();
        for (var i = 0; i < 500; i++) updates.Append(CultureInfo.InvariantCulture, $"create refs/tags/t{i} HEAD\n");
        await work.FeedAsync(updates.ToString(), "update-ref", "--stdin");
        await work.RunAsync("push", "-q", "origin", "--tags");
        Assert.Equal(500, (await repository.Git.RunAsync("ls-remote", "--tags", repository.Url)).Split('\n').Length);
    }

    [Fact]
    public async Task Push_WithDeltas_ShowsProgressOfTheServer()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync(commits: 0);
        var lines = Enumerable.Range(0, 300).Select(static i => $"line {i} of a text that is much the same each time").ToList();
        for (var i = 0; i < 6; i++)
        {
            lines[i * 40] = "changed";
            await TestRepository.CommitAsync(work, "text", string.Join('\n', lines));
        }

        var push = await work.TryAsync("push", "--progress", "origin", "main");
        Assert.Equal(0, push.ExitCode);
        Assert.Contains("remote: Resolving deltas: 100%", push.Error, StringComparison.Ordinal);
        var quiet = await work.TryAsync("push", "--quiet", "origin", "main:refs/heads/quiet");
        Assert.Equal("", quiet.Error);
    }

    [Fact]
    public async Task Push_RefOutsideBranchesAndTags_IsKept()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/custom/deep/name", "main:refs/heads/日本語/ブランチ");
        var refs = await repository.RefsAsync();
        Assert.Contains("refs/custom/deep/name", refs, StringComparison.Ordinal);
        Assert.Contains("refs/heads/日本語/ブランチ", refs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_ClientWithoutReportStatus_IsAppliedInSilence()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        var tip = await work.RunAsync("rev-parse", "HEAD");
        var body = Wire.Push(Wire.Zero, tip, "refs/heads/main", await Wire.PackAllAsync(work), capabilities: "");
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.ReceivePack, body, Wire.MemberLogin);
        Assert.Equal("", reply.Text);
        Assert.Contains($"{tip}\trefs/heads/main", await repository.RefsAsync(), StringComparison.Ordinal);
    }
}
