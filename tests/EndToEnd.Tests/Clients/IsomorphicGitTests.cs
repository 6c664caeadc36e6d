using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Clients;

/// <summary>A client that shares no code with git: isomorphic-git, in JavaScript.</summary>
public sealed class IsomorphicGitTests(SharedServer shared)
{
    [Fact]
    public async Task IsomorphicGit_ClonesAndPushes_AsGitDoes()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 4);
        var tip = await work.RunAsync("rev-parse", "HEAD");
        if (await NodePackages.TryInstallAsync(Path.Combine("Clients", "isomorphic-git"), repository["node"]) is { } reason) Assert.Skip(reason);
        var output = await NodePackages.RunAsync(
            "node", repository["node"], Path.Combine(repository["node"], "client.mjs"), repository.AnonymousUrl, SharedServer.Member, SharedServer.MemberPassword, repository["copy"]);
        var told = JsonDocument.Parse(output).RootElement;
        Assert.Equal(tip, told.GetProperty("cloned").GetString());
        Assert.Equal(4, told.GetProperty("commits").GetInt32());
        var pushed = told.GetProperty("pushed").GetString();
        Assert.Equal([$"{pushed} refs/heads/main", $"{pushed} refs/heads/topic"], told.GetProperty("refs").EnumerateArray().Select(static r => r.GetString()));

        await work.RunAsync("pull", "-q", "--ff-only", "origin", "main");
        Assert.Equal(pushed, await work.RunAsync("rev-parse", "HEAD"));
        Assert.Equal("written by another client\n", await File.ReadAllTextAsync(Path.Combine(work.Folder, "from-node.txt")));
        await work.RunAsync("fsck", "--strict");
    }
}
