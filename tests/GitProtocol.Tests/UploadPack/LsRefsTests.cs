using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

public sealed class LsRefsTests
{
    private static readonly RefSnapshot Some = Refs.Snapshot(
        "refs/heads/main",
        ("refs/heads/a", Refs.Id(1), null),
        ("refs/heads/main", Refs.Id(2), null),
        ("refs/tags/v1", Refs.Id(3), Refs.Id(2)));

    internal static List<string> LsRefs(RefSnapshot refs, params IEnumerable<string> arguments) =>
        Wire.Split(RefAdvertisement.LsRefs(refs, LsRefsArguments.Parse(arguments.Select(Wire.Bytes), 65_536)).Span);

    [Fact]
    public void LsRefs_WithoutArguments_ListsHeadAndEachRef() =>
        Assert.Equal(
            [$"{Refs.Id(2)} HEAD\n", $"{Refs.Id(1)} refs/heads/a\n", $"{Refs.Id(2)} refs/heads/main\n", $"{Refs.Id(3)} refs/tags/v1\n", Wire.Flush],
            LsRefs(Some));

    [Fact]
    public void LsRefs_PeelAndSymrefs_AddsAttributes() =>
        Assert.Equal(
            [
                $"{Refs.Id(2)} HEAD symref-target:refs/heads/main\n", $"{Refs.Id(1)} refs/heads/a\n", $"{Refs.Id(2)} refs/heads/main\n",
                $"{Refs.Id(3)} refs/tags/v1 peeled:{Refs.Id(2)}\n", Wire.Flush,
            ],
            LsRefs(Some, "peel", "symrefs"));

    [Fact]
    public void LsRefs_EmptyRepository_IsAFlush() => Assert.Equal([Wire.Flush], LsRefs(Refs.Empty, "peel", "symrefs"));

    [Fact]
    public void LsRefs_Unborn_NamesTheBranchToBe() =>
        Assert.Equal(["unborn HEAD symref-target:refs/heads/main\n", Wire.Flush], LsRefs(Refs.Empty, "peel", "symrefs", "unborn"));

    [Fact]
    public void LsRefs_UnbornButHeadNotAsked_SaysNothing() =>
        Assert.Equal([Wire.Flush], LsRefs(Refs.Empty, "symrefs", "unborn", "ref-prefix refs/"));

    [Fact]
    public void LsRefs_DetachedHead_HasNoTarget()
    {
        var refs = Refs.Detached(Refs.Id(9), ("refs/heads/a", Refs.Id(1), null));
        Assert.Equal([$"{Refs.Id(9)} HEAD\n", $"{Refs.Id(1)} refs/heads/a\n", Wire.Flush], LsRefs(refs, "symrefs", "unborn"));
    }

    [Theory]
    [InlineData("refs/heads/", "refs/heads/a", "refs/heads/main")]
    [InlineData("refs/heads/m", "refs/heads/main")]
    [InlineData("refs/tags/v1", "refs/tags/v1")]
    [InlineData("refs/tags/v1x")]
    [InlineData("H", "HEAD")]
    [InlineData("HEAD", "HEAD")]
    [InlineData("HEADS")]
    [InlineData("", "HEAD", "refs/heads/a", "refs/heads/main", "refs/tags/v1")]
    public void LsRefs_OnePrefix_ListsWhatBeginsWithIt(string prefix, params string[] names) =>
        Assert.Equal(names, Names(LsRefs(Some, "ref-prefix " + prefix)));

    [Fact]
    public void LsRefs_PrefixesOutOfOrderTwiceAndNested_ListsEachRefOnceInOrder() =>
        Assert.Equal(
            ["HEAD", "refs/heads/a", "refs/heads/main", "refs/tags/v1"],
            Names(LsRefs(Some, "ref-prefix refs/tags/", "ref-prefix refs/heads/main", "ref-prefix refs/heads/", "ref-prefix HEAD", "ref-prefix refs/tags/")));

    [Fact]
    public void LsRefs_EmptyPrefixAmongOthers_ListsAll() =>
        Assert.Equal(4, Names(LsRefs(Some, "ref-prefix refs/tags/", "ref-prefix ", "ref-prefix zzz")).Count);

    [Fact]
    public void LsRefs_ManyRefs_AreInOrderOfBytes()
    {
        var names = Enumerable.Range(0, 5000).Select(static n => $"refs/heads/{n % 7}/{n}").ToList();
        var refs = Refs.Snapshot(null, names.Select(static (n, i) => (n, Refs.Id(i + 1), (string?)null)));
        names.Sort(StringComparer.Ordinal);
        Assert.Equal(names, Names(LsRefs(refs)));
        Assert.Equal(names.Where(static n => n.StartsWith("refs/heads/3/", StringComparison.Ordinal)), Names(LsRefs(refs, "ref-prefix refs/heads/3/")));
    }

    [Fact]
    public void LsRefs_ManyPrefixes_AreAnsweredQuickly()
    {
        var refs = Refs.Snapshot(null, Enumerable.Range(0, 5000).Select(static n => ($"refs/heads/{n:d5}", Refs.Id(n + 1), (string?)null)));
        var names = Names(LsRefs(refs, Enumerable.Range(0, 60_000).Select(static n => $"ref-prefix refs/heads/{n:d5}")));
        Assert.Equal(5000, names.Count);
    }

    [Fact]
    public void LsRefs_SameQuestionAgain_GivesTheSameAnswer()
    {
        var first = LsRefs(Some, "ref-prefix refs/heads/", "peel");
        for (var n = 0; n < 20; n++) LsRefs(Some, $"ref-prefix refs/{n}");
        Assert.Equal(first, LsRefs(Some, "peel", "ref-prefix refs/heads/"));
    }

    // The rendered answer is shared by all clients: one that sends a line feed within a prefix must not choose what others see.
    [Fact]
    public void LsRefs_PrefixWithALineFeed_DoesNotAnswerForTwoPrefixes()
    {
        Assert.Equal([Wire.Flush], LsRefs(Some, "ref-prefix refs/heads/\nrefs/tags/"));
        Assert.Equal(3, Names(LsRefs(Some, "ref-prefix refs/heads/", "ref-prefix refs/tags/")).Count);
    }

    [Fact]
    public void LsRefs_UnbornWithoutSymrefs_SaysNothing() => Assert.Equal([Wire.Flush], LsRefs(Refs.Empty, "unborn"));

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("ref-prefix")]
    [InlineData("peel ")]
    [InlineData("")]
    [InlineData("want 0000000000000000000000000000000000000001")]
    public void Parse_UnknownArgument_IsRefused(string argument) =>
        Assert.Throws<GitProtocolException>(() => LsRefsArguments.Parse([Wire.Bytes(argument)], 16));

    [Fact]
    public void Parse_UnknownArgument_IsQuotedWithoutControlCharacters()
    {
        var fault = Assert.Throws<GitProtocolException>(() => LsRefsArguments.Parse([Wire.Bytes("a\u001b[31m\0\n" + new string('x', 5000))], 16));
        Assert.DoesNotContain(fault.Message, char.IsControl);
        Assert.True(fault.Message.Length < 200);
    }

    [Fact]
    public void Parse_OnePrefixTooMany_IsRefused()
    {
        var lines = Enumerable.Range(0, 17).Select(static n => Wire.Bytes($"ref-prefix {n}")).ToList();
        Assert.Throws<GitProtocolException>(() => LsRefsArguments.Parse(lines, 16));
        Assert.NotEmpty(LsRefsArguments.Parse(lines.Take(16), 16).Prefixes);
    }

    private static List<string> Names(List<string> lines) =>
        [.. lines.Where(static l => l != Wire.Flush).Select(static l => l.TrimEnd('\n').Split(' ')[1])];
}
