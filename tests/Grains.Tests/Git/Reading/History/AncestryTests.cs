using Granary.Git.Reading;
using Granary.Grains.Git.Reading.History;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Reading.History;

/// <summary>Without a commit-graph, with one below the latest commits, and with one of all.</summary>
public sealed class AncestryTests
{
    public static TheoryData<int> InGraph => [0, 40, RandomHistory.Count];

    [Theory]
    [MemberData(nameof(InGraph))]
    public void CountApart_OfAnyTwoCommits_IsWhatIsReachedFromOneAlone(int inGraph)
    {
        using var history = new RandomHistory(inGraph);
        using var nodes = history.Open();
        for (var left = 0; left < RandomHistory.Count; left++)
        {
            for (var right = 0; right < RandomHistory.Count; right++)
            {
                var (one, other) = (history.Reached[left], history.Reached[right]);
                var expected = new Distance(one.Except(other).Count(), other.Except(one).Count());
                Assert.Equal(expected, Ancestry.CountApart(nodes, history.Commits[left], history.Commits[right], int.MaxValue, CancellationToken.None));
            }
        }
    }

    [Theory]
    [MemberData(nameof(InGraph))]
    public void MergeBases_OfAnyTwoCommits_AreThoseThatNoOtherDescendsFrom(int inGraph)
    {
        using var history = new RandomHistory(inGraph);
        using var nodes = history.Open();
        for (var left = 0; left < RandomHistory.Count; left++)
        {
            for (var right = 0; right < RandomHistory.Count; right++)
            {
                var common = history.Reached[left].Intersect(history.Reached[right]).ToHashSet();
                var best = common.Where(one => !common.Any(other => other != one && history.Reached[other].Contains(one)));
                var found = Ancestry.MergeBases(nodes, history.Commits[left], history.Commits[right], CancellationToken.None);
                Assert.Equal(best.Select(i => history.Commits[i]).ToHashSet(), [.. found]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(InGraph))]
    public void OctopusMerges_BesideGit_AreTheSame(int inGraph)
    {
        using var history = new RandomHistory(inGraph);
        using var nodes = history.Open();
        Assert.Contains(history.Octopuses, static i => i < 40);
        Assert.Contains(history.Octopuses, static i => i >= 40);
        foreach (var merge in history.Octopuses)
        {
            var (one, other) = (history.Commits[merge], history.Commits[^1]);
            var bases = Ancestry.MergeBases(nodes, one, other, CancellationToken.None);
            Assert.Equal(history.Git("merge-base", "--all", $"{one}", $"{other}").ToHashSet(), [.. bases]);
            var apart = Ancestry.CountApart(nodes, one, other, int.MaxValue, CancellationToken.None);
            Assert.Equal(history.Git("rev-list", $"{other}..{one}").Length, apart?.Ahead);
            Assert.Equal(history.Git("rev-list", $"{one}..{other}").Length, apart?.Behind);
        }
    }

    [Fact]
    public void CountApart_PastTheLimit_IsNotCountedAndTheNextPairIs()
    {
        using var line = new CommitLine(30);
        using var nodes = line.Open();
        Assert.Null(Ancestry.CountApart(nodes, line.Commits[^1], line.Commits[0], 12, CancellationToken.None));
        Assert.Equal(new Distance(9, 0), Ancestry.CountApart(nodes, line.Commits[9], line.Commits[0], 12, CancellationToken.None));
        Assert.Equal(new Distance(0, 29), Ancestry.CountApart(nodes, line.Commits[0], line.Commits[^1], 30, CancellationToken.None));
    }

    [Fact]
    public void Walk_PastWhatMayBeLoaded_Ends()
    {
        using var line = new CommitLine(30);
        using var nodes = line.Open(12);
        Assert.Throws<HistoryTooLongException>(() => Ancestry.MergeBases(nodes, line.Commits[^1], line.Commits[0], CancellationToken.None));
    }

    [Fact]
    public void Walk_Cancelled_Ends()
    {
        using var line = new CommitLine(2);
        using var nodes = line.Open();
        var cancelled = new CancellationToken(true);
        Assert.Throws<OperationCanceledException>(() => Ancestry.CountApart(nodes, line.Commits[1], line.Commits[0], 12, cancelled));
        Assert.Throws<OperationCanceledException>(() => Ancestry.MergeBases(nodes, line.Commits[1], line.Commits[0], cancelled));
        Assert.Equal(new Distance(1, 0), Ancestry.CountApart(nodes, line.Commits[1], line.Commits[0], 12, CancellationToken.None));
    }
}
