namespace Granary.EndToEnd.Tests;

public sealed class SmokeTests(SharedServer shared)
{
    [Fact]
    public async Task Repository_PushedAndCloned_HoldsTheSameCommit()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await repository.Git.In("copy").RunAsync("rev-parse", "HEAD"));
    }
}
