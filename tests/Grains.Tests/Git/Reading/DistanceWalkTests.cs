using System.Globalization;
using System.Text;
using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Distances;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Reading;

public sealed class DistanceWalkTests : IDisposable
{
    private const int Count = 60;

    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Count_OfAnyTwoCommits_IsWhatIsReachedFromOneAlone()
    {
        var (commits, reached) = RandomHistory(new Random(20261125));
        using var objects = new ObjectSource(_repository.Paths.Objects);
        var walk = new DistanceWalk(objects, int.MaxValue);
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var (left, right) = (random.Next(Count), random.Next(Count));
            var expected = new Distance(reached[left].Except(reached[right]).Count(), reached[right].Except(reached[left]).Count());
            Assert.Equal(expected, walk.Count(commits[left], commits[right], CancellationToken.None));
        }
    }

    [Fact]
    public void Count_PastTheLimit_IsNotCounted()
    {
        var commits = _repository.Commits(30);
        using var objects = new ObjectSource(_repository.Paths.Objects);
        Assert.Equal(new Distance(9, 0), new DistanceWalk(objects, 12).Count(commits[9], commits[0], CancellationToken.None));
        Assert.Null(new DistanceWalk(objects, 12).Count(commits[^1], commits[0], CancellationToken.None));
    }

    [Fact]
    public void Count_Cancelled_Ends()
    {
        var commits = _repository.Commits(2);
        using var objects = new ObjectSource(_repository.Paths.Objects);
        Assert.Throws<OperationCanceledException>(() => new DistanceWalk(objects, 12).Count(commits[1], commits[0], new CancellationToken(true)));
    }

    /// <summary>Commits with up to three parents, some several first ones, and many of the same second.</summary>
    private (ObjectId[] Commits, List<HashSet<int>> Reached) RandomHistory(Random random)
    {
        var script = new StringBuilder();
        var reached = new List<HashSet<int>>();
        for (var i = 0; i < Count; i++)
        {
            HashSet<int> own = [i];
            script.Append(CultureInfo.InvariantCulture, $"commit refs/heads/c{i}\nmark :{i + 1}\ncommitter A <a@example.com> {100 + (i / 4)} +0000\ndata {i.ToString(CultureInfo.InvariantCulture).Length}\n{i}\n");
            var parents = i == 0 ? [] : Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(Math.Max(0, i - 12), i)).Distinct().ToList();
            foreach (var (parent, index) in parents.Select(static (p, n) => (p, n)))
            {
                script.Append(CultureInfo.InvariantCulture, $"{(index == 0 ? "from" : "merge")} :{parent + 1}\n");
                own.UnionWith(reached[parent]);
            }

            script.Append('\n');
            reached.Add(own);
        }

        GitProgram.Feed(_repository.Paths.Root, script.ToString(), "fast-import", "--quiet");
        return ([.. Enumerable.Range(0, Count).Select(i => ObjectId.Parse(_repository.Git("rev-parse", $"refs/heads/c{i}")))], reached);
    }
}
