using Granary.Git;
using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Blame;

namespace Granary.Grains.Tests.Git.Reading.Blame;

public sealed class BlameSearchTests
{
    private const int Count = 12;
    private const long Enough = 1 << 20;

    [Fact]
    public void Search_BeyondItsTime_IsIncompleteWhereItStood()
    {
        using var line = new BlameLine(Count);
        var options = new BlameOptions { MaxTime = TimeSpan.FromSeconds(5) };
        var runs = RunsOf(line.Run(options, BlameLine.Memory(Enough), new SecondByLook()));
        Assert.Equal(line.Commits[^5..].Reverse(), runs.Where(static run => !run.IsIncomplete).Select(static run => run.Commit).Reverse());
        var rest = Assert.Single(runs, static run => run.IsIncomplete);
        Assert.Equal((line.Commits[^6], 1, Count - 5), (rest.Commit, rest.Line, rest.Count));
    }

    [Fact]
    public void Search_CancelledOnTheWay_EndsThere_AndGivesItsMemoryBack()
    {
        using var line = new BlameLine(Count);
        using var end = new CancellationTokenSource();
        var memory = BlameLine.Memory(Enough);
        using (var pieces = line.Run(new BlameOptions(), memory, TimeProvider.System, end.Token).GetEnumerator())
        {
            Assert.True(pieces.MoveNext() && pieces.MoveNext());
            Assert.Throws<GitBusyException>(() => memory.Hold(Enough));
            end.Cancel();
            Assert.Throws<OperationCanceledException>(() => pieces.MoveNext());
        }

        memory.Hold(Enough).Dispose();
    }

    [Fact]
    public void Search_WithoutMemory_IsToldToComeAgain()
    {
        using var line = new BlameLine(Count);
        Assert.Throws<GitBusyException>(() => RunsOf(line.Run(new BlameOptions(), BlameLine.Memory(50), TimeProvider.System)));
    }

    [Fact]
    public void Search_KeepsFewFormsOfAFile()
    {
        using var line = new BlameLine(Count);

        // Four forms of at most 97 bytes, and not all twelve.
        Assert.Equal(Count, RunsOf(line.Run(new BlameOptions(), BlameLine.Memory(400), TimeProvider.System)).Count);
    }

    private static List<BlameRun> RunsOf(IEnumerable<BlamePiece> pieces) => [.. pieces.SelectMany(static piece => piece.Runs)];

    /// <summary>A second later each time that somebody looks.</summary>
    private sealed class SecondByLook : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
