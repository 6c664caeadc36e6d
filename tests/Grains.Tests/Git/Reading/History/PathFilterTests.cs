using System.Globalization;
using System.Text;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Reading.History;

/// <summary>The changed-path filters that git writes.</summary>
public sealed class PathFilterTests
{
    private const int Count = 120;

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("Hello world!", 0x627b0c2cu)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x2e4ff723u)]
    public void Hash_IsMurmur3(string text, uint expected) => Assert.Equal(expected, PathHash.Murmur(0, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Filter_OfEachCommit_HasWhatGitSaysThatItChanged()
    {
        using var repository = Make();
        using var graph = CommitGraphFile.TryOpen(Path.Combine(repository.Paths.Objects, "info", "commit-graph"))!;
        Assert.Equal(Count, graph.Count);
        var (unchanged, certain) = (0, 0);
        foreach (var commit in repository.Git("rev-list", "refs/heads/main").Split('\n'))
        {
            var changed = repository.Git("diff-tree", "-r", "-t", "--root", "--no-commit-id", "--name-only", commit).Split('\n').ToHashSet();
            var place = graph.Find(ObjectId.Parse(commit));
            foreach (var path in Paths())
            {
                var mayHave = graph.MayHaveChanged(place, new PathHash(Encoding.UTF8.GetBytes(path)));
                if (changed.Contains(path)) Assert.True(mayHave);
                else (unchanged, certain) = (unchanged + 1, certain + (mayHave ? 0 : 1));
            }
        }

        Assert.InRange((double)certain / unchanged, 0.9, 1);
    }

    [Fact]
    public void Filter_OfAPathThatIsNotAscii_IsNotTrusted()
    {
        using var repository = Make();
        using var graph = CommitGraphFile.TryOpen(Path.Combine(repository.Paths.Objects, "info", "commit-graph"))!;
        var odd = new PathHash("caf\u00e9"u8);
        Assert.All(Enumerable.Range(0, Count), place => Assert.True(graph.MayHaveChanged(place, odd)));
    }

    [Fact]
    public void Graph_WithoutFilters_KnowsNothing()
    {
        using var repository = Make();
        File.Delete(Path.Combine(repository.Paths.Objects, "info", "commit-graph"));
        repository.Git("commit-graph", "write", "--reachable", "--no-changed-paths");
        using var graph = CommitGraphFile.TryOpen(Path.Combine(repository.Paths.Objects, "info", "commit-graph"))!;
        Assert.All(Enumerable.Range(0, Count), place => Assert.True(graph.MayHaveChanged(place, new PathHash("f1"u8))));
    }

    private static IEnumerable<string> Paths() => Enumerable.Range(0, 10).SelectMany(static i => (string[])[$"f{i}", $"folder/{i}", $"folder/{i}/deep.txt", "folder"]);

    private static TestRepository Make()
    {
        var repository = new TestRepository();
        var (random, script) = (new Random(8), new StringBuilder());
        for (var i = 0; i < Count; i++)
        {
            script.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter A <a@example.com> {100 + i} +0000\ndata 0\n\n");
            script.Append(CultureInfo.InvariantCulture, $"M 100644 inline f{random.Next(10)}\ndata {3}\n{i % 1000:d3}\n");
            if (i % 3 == 0) script.Append(CultureInfo.InvariantCulture, $"M 100644 inline folder/{random.Next(10)}/deep.txt\ndata {3}\n{i % 1000:d3}\n");
        }

        GitProgram.Feed(repository.Paths.Root, script.ToString(), "fast-import", "--quiet");
        repository.Git("commit-graph", "write", "--reachable", "--changed-paths");
        return repository;
    }
}
