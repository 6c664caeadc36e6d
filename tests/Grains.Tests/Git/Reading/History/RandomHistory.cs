using System.Globalization;
using System.Text;
using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Reading.History;

/// <summary>Commits with up to three parents, some several first ones, many of the same second, and a commit-graph of the first of them.</summary>
internal sealed class RandomHistory : IDisposable
{
    public const int Count = 60;

    private readonly TestRepository _repository = new();
    private readonly ObjectSource _objects;
    private readonly ReadHandle _handle;

    /// <param name="inGraph">How many of the commits are in the commit-graph; 0: there is none.</param>
    public RandomHistory(int inGraph)
    {
        var random = new Random(20261125);
        var script = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            HashSet<int> own = [i];
            script.Append(CultureInfo.InvariantCulture, $"commit refs/heads/c{i}\nmark :{i + 1}\ncommitter A <a@example.com> {100 + (i / 4)} +0000\ndata {i.ToString(CultureInfo.InvariantCulture).Length}\n{i}\n");
            var parents = i == 0 ? [] : Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(Math.Max(0, i - 12), i)).Distinct().ToList();
            foreach (var (parent, index) in parents.Select(static (p, n) => (p, n)))
            {
                script.Append(CultureInfo.InvariantCulture, $"{(index == 0 ? "from" : "merge")} :{parent + 1}\n");
                own.UnionWith(Reached[parent]);
            }

            script.Append('\n');
            Reached.Add(own);
            if (parents.Count > 2) Octopuses.Add(i);
        }

        GitProgram.Feed(_repository.Paths.Root, script.ToString(), "fast-import", "--quiet");
        Commits = [.. Enumerable.Range(0, Count).Select(i => ObjectId.Parse(_repository.Git("rev-parse", $"refs/heads/c{i}")))];
        if (inGraph > 0)
        {
            GitProgram.Feed(_repository.Paths.Root, string.Join('\n', Commits.Take(inGraph)) + "\n", "commit-graph", "write", "--stdin-commits");
            using var graph = CommitGraphFile.TryOpen(Path.Combine(_repository.Paths.Objects, "info", "commit-graph"));
            Assert.Equal(inGraph, graph?.Count);
        }

        _objects = new ObjectSource(_repository.Paths.Objects);
        _handle = new ReadHandle(_repository.Id, _repository.Paths, _objects);
    }

    public ObjectId[] Commits { get; }

    /// <summary>Of each commit, itself and those that it descends from.</summary>
    public List<HashSet<int>> Reached { get; } = [];

    /// <summary>Commits with three parents.</summary>
    public List<int> Octopuses { get; } = [];

    public CommitNodes Open(int maxLoaded = int.MaxValue) => new(_handle, maxLoaded);

    public ReadHandle Handle => _handle;

    /// <summary>The ids that git lists.</summary>
    public ObjectId[] Git(params string[] arguments)
    {
        var (_, output, _) = GitProgram.TryRun(_repository.Paths.Root, "", arguments);
        return [.. Encoding.ASCII.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => ObjectId.Parse(line))];
    }

    public void Dispose()
    {
        _objects.Dispose();
        _repository.Dispose();
    }
}
