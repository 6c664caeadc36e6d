using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.Repositories;

public sealed class RefSnapshotTests
{
    private static readonly RefSnapshot Prefixes = Refs.Snapshot(
        "refs/heads/a",
        ("refs/heads/a", Refs.Id(1), null),
        ("refs/heads/a-b", Refs.Id(2), null),
        ("refs/heads/a/b", Refs.Id(3), null),
        ("refs/heads/ab", Refs.Id(4), null),
        ("refs/tags/v1", Refs.Id(5), Refs.Id(6)),
        ("refs/tags/v2", Refs.Id(7), null));

    [Fact]
    public void Snapshot_WithoutRefs_IsEmpty()
    {
        var refs = Refs.Empty;
        Assert.Equal(0, refs.Count);
        Assert.Equal(0, refs.LowerBound("refs/heads/main"u8));
        Assert.False(refs.TryFind("refs/heads/main"u8, out _));
        Assert.False(refs.TryFind("refs/heads/main", out var id));
        Assert.Equal(default, id);
        Assert.False(refs.TryResolveHead(out _));
    }

    [Theory]
    [InlineData("refs/heads/a", 1)]
    [InlineData("refs/heads/a-b", 2)]
    [InlineData("refs/heads/a/b", 3)]
    [InlineData("refs/heads/ab", 4)]
    [InlineData("refs/tags/v2", 7)]
    public void Find_NamesThatBeginAlike_FindsEach(string name, int id)
    {
        Assert.True(Prefixes.TryFind(name, out var found));
        Assert.Equal(Refs.Id(id), found.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("refs/heads/")]
    [InlineData("refs/heads/a-")]
    [InlineData("refs/heads/a/")]
    [InlineData("refs/tags/v1^{}")]
    [InlineData("refs/tags/v3")]
    public void Find_NamesBetween_FindsNothing(string name) => Assert.False(Prefixes.TryFind(name, out _));

    [Theory]
    [InlineData("", 0)]
    [InlineData("refs/heads/a", 0)]
    [InlineData("refs/heads/a\u0001", 1)]
    [InlineData("refs/heads/b", 4)]
    [InlineData("refs/tags/v1", 4)]
    [InlineData("refs/tags/v2\0", 6)]
    [InlineData("\u00ff", 6)]
    public void LowerBound_AnyName_IsTheFirstNotLess(string name, int index) => Assert.Equal(index, Prefixes.LowerBound(Wire.Bytes(name)));

    [Fact]
    public void Entry_OfATag_HasThePeeledId()
    {
        Assert.Equal(6, Prefixes.Count);
        Assert.Equal(Refs.Id(6), Wire.Text(Prefixes[4].PeeledHex));
        Assert.Equal("refs/tags/v1", Wire.Text(Prefixes[4].Name));
        Assert.True(Prefixes[5].PeeledHex.IsEmpty);
        Assert.Equal($"{Refs.Id(5)} refs/tags/v1\n^{Refs.Id(6)}\n", Wire.Text(Prefixes.Packed[Prefixes.LinesOf(4)]));
        Assert.Equal($"{Refs.Id(7)} refs/tags/v2\n", Wire.Text(Prefixes.Packed[Prefixes.LinesOf(5)]));
    }

    [Fact]
    public void Entry_LastIsATag_HasThePeeledId()
    {
        var refs = Refs.Snapshot(null, ("refs/tags/v1", Refs.Id(1), Refs.Id(2)));
        Assert.Equal(1, refs.Count);
        Assert.Equal(Refs.Id(2), Wire.Text(refs[0].PeeledHex));
    }

    [Fact]
    public void Find_NameThatIsNotUtf8_IsByBytes()
    {
        var refs = Refs.Snapshot(
            null, ("refs/heads/\u00fe", Refs.Id(1), null), ("refs/heads/\u00c3\u00a9", Refs.Id(2), null), ("refs/heads/z", Refs.Id(3), null));
        Assert.Equal("refs/heads/z", Wire.Text(refs[0].Name));
        Assert.True(refs.TryFind([.. "refs/heads/"u8, 0xfe], out var entry));
        Assert.Equal(Refs.Id(1), Wire.Text(entry.Hex));
        Assert.False(refs.TryFind([.. "refs/heads/"u8, 0xff], out _));
        Assert.True(refs.TryFind("refs/heads/\u00e9", out var id));
        Assert.Equal(Refs.Id(2), id.ToString());
    }

    [Fact]
    public void Head_Detached_ResolvesToItsObject()
    {
        Assert.True(Refs.Detached(Refs.Id(9)).TryResolveHead(out var id));
        Assert.Equal(Refs.Id(9), id.ToString());
    }

    [Fact]
    public void Head_OfABranch_ResolvesToIt()
    {
        Assert.True(Prefixes.TryResolveHead(out var id));
        Assert.Equal(Refs.Id(1), id.ToString());
    }

    [Fact]
    public void Find_EachOfManyNames_FindsIt()
    {
        var refs = Refs.Snapshot(null, Enumerable.Range(1, 1000).Select(static n => ($"refs/heads/{n}", Refs.Id(n), n % 3 == 0 ? Refs.Id(n + 5000) : null)));
        Assert.Equal(1000, refs.Count);
        for (var n = 1; n <= 1000; n++)
        {
            Assert.True(refs.TryFind($"refs/heads/{n}", out var id));
            Assert.Equal(Refs.Id(n), id.ToString());
        }
    }
}
