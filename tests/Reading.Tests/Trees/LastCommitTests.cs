using Granary.Reading.Tests.Sample;
using Granary.V1;

namespace Granary.Reading.Tests.Trees;

/// <summary>The last commit of each entry, as <c>git log -1</c> for its path finds it.</summary>
public sealed class LastCommitTests(ReadingServer server)
{
    [Theory]
    [InlineData("main", "")]
    [InlineData("main", "src")]
    [InlineData("main", "side")]
    [InlineData("side", "src")]
    [InlineData("nested", "")]
    [InlineData("old", "")]
    public async Task EachEntry_HasTheCommitThatGitFinds(string revision, string path)
    {
        await CheckAsync(server.Git, ReadingServer.Repository, revision, path);

        // The second answer comes from what the first one left behind.
        await CheckAsync(server.Git, ReadingServer.Repository, revision, path);
    }

    [Fact]
    public async Task BigFolder_HasTheCommitsThatTouchedIt()
    {
        var found = await FindAsync(ReadingServer.Repository, "main", "big");
        Assert.Equal(SampleRepository.BigTreeSize, found.Count);
        foreach (var file in (int[])[0, 19, 20, 557, 999])
            Assert.Equal($"Big tree {file % 20}", found[$"big/f{file:d4}.txt"].Subject);
    }

    [Fact]
    public async Task TangledHistory_HasWhatGitFinds_AtEveryCommit()
    {
        var git = await server.ImportAsync("tangled", Tangle());
        var commits = (await git.RunAsync("rev-list", "--all")).Split('\n');
        Assert.True(commits.Length > 50);
        foreach (var commit in commits.Where(static (_, i) => i % 7 == 0).Reverse())
        {
            await CheckAsync(git, "tangled", commit, "");
            await CheckAsync(git, "tangled", commit, "d");
        }
    }

    /// <summary>Branches that part, change the same few files in the same few ways, and are merged taking either side or neither.</summary>
    private static FastImport Tangle()
    {
        var (import, random, tips) = (new FastImport(), new Random(42), new int[3]);
        tips[0] = import.Commit("refs/heads/b0", "Root");
        import.File("a", "0").File("b", "0").File("d/e", "0").File("d/f", "0").File("keep", "0");
        (tips[1], tips[2]) = (tips[0], tips[0]);
        for (var i = 0; i < 70; i++)
        {
            var (branch, other) = (random.Next(3), random.Next(3));
            int[] parents = i % 3 == 0 && tips[branch] != tips[other] ? [tips[branch], tips[other]] : [tips[branch]];

            // Some clocks are wrong.
            tips[branch] = import.Commit($"refs/heads/b{branch}", [.. "Change\n"u8], parents, time: 1_600_000_000 + (i * 60) + (i % 11 == 0 ? -5000 : 0));
            foreach (var path in (string[])["a", "b", "d/e", "d/f", $"d/g{i % 9}"])
            {
                if (random.Next(3) == 0) import.File(path, random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture), random.Next(8) == 0 ? "100755" : "100644");
            }
        }

        return import;
    }

    private async Task CheckAsync(RealGit git, string repository, string revision, string path)
    {
        var found = await FindAsync(repository, revision, path);
        var names = await git.RunAsync("ls-tree", "--name-only", revision, path.Length == 0 ? "." : path + "/");
        Assert.Equal(names.Split('\n').Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach (var (entry, commit) in found)
            Assert.Equal((entry, await git.RunAsync("log", "-1", "--format=%H", revision, "--", entry)), (entry, commit.CommitId));
    }

    private async Task<Dictionary<string, Commit>> FindAsync(string repository, string revision, string path)
    {
        var request = new ListTreeRequest { Project = ReadingServer.Project, Repository = repository, Revision = revision, Path = path, LastCommits = true };
        var messages = await ReadingServer.AllAsync(server.Trees.ListTree(request, server.Login));
        var firstCommits = messages.FindIndex(static m => m.PartCase == ListTreeResponse.PartOneofCase.LastCommits);
        Assert.All(messages.Skip(firstCommits), static m => Assert.Equal(ListTreeResponse.PartOneofCase.LastCommits, m.PartCase));
        return messages.Skip(firstCommits).SelectMany(static m => m.LastCommits.Commits)
            .SelectMany(static c => c.Entries.Select(e => (e.Path, c.Commit))).ToDictionary(static p => p.Path, static p => p.Commit);
    }
}
