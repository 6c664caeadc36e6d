using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Fsck;

public sealed class FsckTests(SharedServer shared)
{
    [Theory]
    [InlineData("zeroPaddedFilemode")]
    [InlineData("badTimezone")]
    [InlineData("missingSpaceBeforeDate")]
    public async Task Push_WithAnOldSin_IsAccepted(string fault)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await CraftedObjects.CraftAsync(work, fault);

        // The fault is there: fsck of the client names it.
        var fsck = await work.TryAsync("fsck", "--strict");
        Assert.Contains(fault, fsck.Error, StringComparison.Ordinal);
        await work.RunAsync("push", "-q", "origin", "crafted");
        await repository.Git.RunAsync("clone", "-q", "--no-checkout", "-b", "crafted", repository.Url, "copy");
        Assert.Equal(await work.RunAsync("rev-parse", "crafted"), await repository.Git.In("copy").RunAsync("rev-parse", "HEAD"));
    }

    [Theory]
    [InlineData("missingEmail")]
    [InlineData("badDateOverflow")]
    [InlineData("hasDotgit")]
    [InlineData("hasDotdot")]
    [InlineData("duplicateEntries")]
    [InlineData("treeNotSorted")]
    [InlineData("fullPathname")]
    public async Task Push_WithAnotherFault_IsRefusedByItsName(string fault)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await CraftedObjects.CraftAsync(work, fault);
        await AssertRefusedAsync(work, fault);
        Assert.DoesNotContain("crafted", await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FsckIgnore_Configured_ReplacesTheList()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Git__FsckIgnore__0"] = "missingEmail" });
        await server.Admin.CreateProjectAsync("P");
        await server.Admin.CreateRepositoryAsync("P", "repo");
        using var repository = new TestRepository(server, "P", "repo");
        await repository.Git.RunAsync("init", "-q", "work");
        var work = repository.Git.In("work");
        await work.RunAsync("remote", "add", "origin", repository.UrlAs(GranaryServer.AdminName, GranaryServer.AdminPassword));
        await CraftedObjects.CraftAsync(work, "missingEmail");
        await work.RunAsync("push", "-q", "origin", "crafted");
        await CraftedObjects.CraftAsync(work, "badTimezone");
        await AssertRefusedAsync(work, "badTimezone");
    }

    private static async Task AssertRefusedAsync(Git work, string fault)
    {
        var push = await work.TryAsync("push", "--force", "origin", "crafted");
        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains(fault, push.Error, StringComparison.Ordinal);
    }
}
