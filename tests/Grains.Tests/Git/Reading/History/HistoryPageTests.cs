using System.Globalization;
using Granary.Git.Reading.History;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.History;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Reading.History;

public sealed class HistoryPageTests
{
    [Fact]
    public void PageOfAFilterThatFindsNothing_TestsNoMoreThanItMay_AndTheNextGoesOn()
    {
        const int count = 25;
        using var line = new CommitLine(count);
        var query = new HistoryQuery(line.Commits[^1].ToString(), 10) { Text = "nothing that is there" };
        var position = new HistoryPosition([line.Commits[^1]], 0, null);
        var partial = 0;
        for (var passed = 0; ; passed += 10)
        {
            var slice = Page(line, query, position, CancellationToken.None)[^1];
            Assert.Empty(slice.Commits);
            if (slice.NextAfter is null)
            {
                Assert.False(slice.IsPartial);
                break;
            }

            Assert.True(slice.IsPartial);
            partial++;
            position = Assert.IsType<HistoryPosition>(HistoryPosition.TryDecode(slice.NextAfter, query));
            Assert.Equal(passed + 10, position.Passed);
        }

        Assert.Equal(2, partial);
    }

    [Fact]
    public void PartialPages_Together_FindEach()
    {
        using var line = new CommitLine(25);
        var until = 12;
        var query = new HistoryQuery(line.Commits[^1].ToString(), 10) { Until = until };
        HistoryPosition? position = new([line.Commits[^1]], 0, null);
        var found = new List<ObjectId>();
        while (position is not null)
        {
            var slices = Page(line, query, position, CancellationToken.None);
            found.AddRange(slices.SelectMany(static slice => slice.Commits).Select(static commit => commit.Id));
            position = slices[^1].NextAfter is { } after ? HistoryPosition.TryDecode(after, query) : null;
        }

        Assert.Equal(line.Commits.Take(until).Reverse(), found);
    }

    [Fact]
    public void Walk_CancelledOnTheWay_EndsThere()
    {
        using var line = new CommitLine(25);
        using var nodes = line.Open();
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var node in new HistoryWalk(nodes, new WalkRange([line.Commits[^1]], []), false, null, null).Run(cancel.Token))
            {
                if (++seen == 3) cancel.Cancel();
            }
        });
        Assert.Equal(3, seen);
        Assert.Throws<OperationCanceledException>(() =>
            new HistoryWalk(nodes, new WalkRange([line.Commits[^1]], [line.Commits[0]]), false, null, null).Run(cancel.Token).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(RandomHistory.Count)]
    public void CommitsOnTopOfTheGraph_WithOctopusMerges_AreInGitsOrder(int inGraph)
    {
        using var history = new RandomHistory(inGraph);
        foreach (var tip in (int[])[.. history.Octopuses, RandomHistory.Count - 1])
        {
            AssertGits(history, [tip], []);
            foreach (var bottom in (int[])[5, 20, 38, 41]) AssertGits(history, [tip], [bottom]);
        }
    }

    private static void AssertGits(RandomHistory history, int[] tips, int[] bottoms)
    {
        using var nodes = history.Open();
        var range = new WalkRange([.. tips.Select(i => history.Commits[i])], [.. bottoms.Select(i => history.Commits[i])]);
        var found = new HistoryWalk(nodes, range, false, null, null).Run(CancellationToken.None).Select(static node => node.Id);
        Assert.Equal(history.Git(["log", "--format=%H", .. range.Tips.Select(Text), .. range.Bottoms.Select(static id => "^" + Text(id))]), found);
    }

    private static string Text(ObjectId id) => string.Create(CultureInfo.InvariantCulture, $"{id}");

    private static List<HistorySlice> Page(CommitLine line, HistoryQuery query, HistoryPosition position, CancellationToken cancellationToken)
    {
        var page = new HistoryPage(query, position, new HistoryOptions { MaxTested = 10 }, new DiffLimits());
        return [.. page.Run(line.Handle, cancellationToken).Select(static slice => slice.Value!)];
    }
}
