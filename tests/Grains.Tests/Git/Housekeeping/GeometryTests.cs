using Granary.Grains.Git.Housekeeping;

namespace Granary.Grains.Tests.Git.Housekeeping;

public sealed class GeometryTests
{
    [Theory]
    [InlineData(new long[0], new long[0])]
    [InlineData(new long[] { 7 }, new long[0])]
    [InlineData(new long[] { 1, 2, 4, 8 }, new long[0])]
    [InlineData(new long[] { 1, 1 }, new long[] { 1, 1 })]
    [InlineData(new long[] { 100, 1, 1, 1 }, new long[] { 1, 1, 1 })]
    [InlineData(new long[] { 1, 2, 3, 100 }, new long[] { 1, 2, 3 })]
    [InlineData(new long[] { 50, 60, 1000 }, new long[] { 50, 60 })]

    // What is rolled up grows past the next pack, which then joins.
    [InlineData(new long[] { 10, 10, 30, 500 }, new long[] { 10, 10, 30 })]
    [InlineData(new long[] { 10, 10, 30, 90 }, new long[] { 10, 10, 30, 90 })]
    public void ToRollUp_LeavesAProgression(long[] packs, long[] rolled)
    {
        var some = Geometry.ToRollUp(packs.Select(static (n, i) => new PackFile($"pack-{i}", n, n, Granary.Grains.Git.Packs.KeptBy.Nobody)), 2);
        Assert.Equal(rolled, some.Select(static p => p.Objects));
        var after = packs.Except(rolled).Append(rolled.Sum()).Order().ToList();
        if (rolled.Length > 0) Assert.All(after.Zip(after.Skip(1)), static pair => Assert.True(pair.Second >= 2 * pair.First));
    }
}
