using System.Text;
using Granary.Grains.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Tests.Git.Reading.Blame;

public sealed class LineSpansTests
{
    public LineSpansTests() => LibGit2.EnsureLoaded();

    [Fact]
    public void Split_AroundChanges_ShiftsWhatStandsBehind()
    {
        // Of ten lines, 2 and 3 are new in place of three others; before line 6 one was taken out.
        LineChange[] changes = [new(2, 2, 3), new(6, 0, 1)];
        var (older, rest) = Split([new(100, 0, 10)], changes);
        Assert.Equal([new(100, 0, 2), new(104, 5, 2), new(106, 8, 4)], older);
        Assert.Equal([new(102, 2, 2)], rest);
    }

    [Fact]
    public void Split_OfSpansAboutTheSameLines_IsSorted()
    {
        LineChange[] changes = [new(3, 3, 0)];
        var (older, rest) = Split([new(0, 0, 10), new(50, 1, 6)], changes);
        Assert.Equal([new(0, 0, 3), new(50, 1, 2), new(6, 3, 4), new(55, 3, 1)], older.OrderBy(static span => span.Source));
        Assert.Equal(older.OrderBy(static span => span.Source).Select(static span => span.Source), older.Select(static span => span.Source));
        Assert.Equal([new(3, 3, 3), new(52, 3, 3)], rest);
    }

    [Fact]
    public void Merge_JoinsWhatGoesOn() => Assert.Equal(
        [new(0, 0, 5), new(9, 5, 2)], LineSpans.Merge([new(0, 0, 2), new(9, 5, 2)], [new(2, 2, 3)]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Changes_OfTextsWithACommonTail_AreCountedFromTheBeginning(int tail)
    {
        var end = string.Concat(Enumerable.Range(0, tail).Select(static i => $"tail {i}\n"));
        var (old, now) = (Encoding.ASCII.GetBytes("a\nb\nc\n" + end), Encoding.ASCII.GetBytes("a\nX\nY\nc\n" + end));
        Assert.Equal([new LineChange(1, 2, 1)], LineChange.Between(old, now, ignoresWhitespace: false));
        Assert.Equal([new LineChange(0, 0, 3)], LineChange.Between(old, Encoding.ASCII.GetBytes(end), ignoresWhitespace: false));
        Assert.Equal([new LineChange(0, 3, 0)], LineChange.Between(Encoding.ASCII.GetBytes(end), old, ignoresWhitespace: false));
    }

    [Fact]
    public void Changes_OfWhitespaceAlone_AreNoneWhenItIsIgnored()
    {
        var (old, now) = ("a b\nc\n"u8.ToArray(), "  a  b\r\nc"u8.ToArray());
        Assert.Empty(LineChange.Between(old, now, ignoresWhitespace: true));
        Assert.Equal([new LineChange(0, 2, 2)], LineChange.Between(old, now, ignoresWhitespace: false));
    }

    private static (List<LineSpan> Older, List<LineSpan> Others) Split(List<LineSpan> spans, LineChange[] changes)
    {
        var (older, rest) = (new List<LineSpan>(), new List<LineSpan>());
        LineSpans.Split(spans, changes, older, rest);
        return (older, rest);
    }
}
