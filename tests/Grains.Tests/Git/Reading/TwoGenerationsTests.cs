using Granary.Grains.Git.Reading.Distances;

namespace Granary.Grains.Tests.Git.Reading;

public sealed class TwoGenerationsTests
{
    [Fact]
    public void Memory_OfManyThings_KeepsThoseThatAreAskedForAndNoMoreThanItMay()
    {
        const int capacity = 100;
        var memory = new TwoGenerations<int, int>(capacity);
        for (var i = 0; i < 10_000; i++)
        {
            memory.Add(i, -i);
            Assert.True(memory.TryGet(0, out var first));
            Assert.Equal(0, first);
        }

        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => memory.TryGet(i, out _)), 2, capacity + 2);
    }
}
