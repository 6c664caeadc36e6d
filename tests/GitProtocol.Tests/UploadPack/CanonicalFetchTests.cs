using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

public sealed class CanonicalFetchTests
{
    private static readonly RefSnapshot All = Refs.Snapshot(
        "refs/heads/main", ("refs/heads/main", Refs.Id(1), null), ("refs/tags/v1", Refs.Id(2), Refs.Id(1)));

    private static readonly string[] Clone = ["ofs-delta", "thin-pack", $"want {Refs.Id(1)}", $"want {Refs.Id(2)}", "done"];

    public static TheoryData<string> Unlike =>
    [
        "no-progress", "include-tag", $"want {Refs.Id(3)}", $"have {Refs.Id(3)}", $"shallow {Refs.Id(3)}", "deepen 1", "deepen 2",
        "deepen-since 1700000000", "deepen-relative", "filter blob:none", "filter blob:limit=1", "filter tree:0",
    ];

    public static TheoryData<string> Private =>
    [
        "deepen-not v1", "sideband-all", "packfile-uris https", "something-new", $"want {Refs.Id(3)} ofs-delta", "want refs/heads/main",
        $"want {new string('A', 40)}", "",
    ];

    [Fact]
    public void Read_SameArgumentsOfAnotherClient_AreOneRequest()
    {
        var one = Read(["command=fetch", "agent=git/2.39.5", "object-format=sha1"], Clone)!;
        var other = Read(
            ["command=fetch\n", "agent=JGit/6", "session-id=x", "server-option=y"],
            [$"want {Refs.Id(2)}\n", "thin-pack\n", $"want {Refs.Id(1)}", $"want {Refs.Id(2)}", "wait-for-done", "ofs-delta", "done"])!;
        Assert.Equal(Wire.Text(one.Request.Span), Wire.Text(other.Request.Span));
        Assert.Equal(
            Wire.Line("command=fetch") + Wire.Delimiter + Wire.Lines("thin-pack", "ofs-delta", $"want {Refs.Id(1)}", $"want {Refs.Id(2)}", "done") + Wire.Flush,
            Wire.Text(one.Request.Span));
        Assert.True(one.Refs.IsEmpty);
        Assert.True(one.IsClone);
        Assert.False(Read(["command=fetch"], [$"have {Refs.Id(3)}", .. Clone])!.IsClone);
    }

    [Theory, MemberData(nameof(Unlike))]
    public void Read_AnyOtherArgument_IsAnotherRequest(string argument)
    {
        var text = Wire.Text(Read(["command=fetch"], [argument, .. Clone])!.Request.Span);
        Assert.NotEqual(Wire.Text(Read(["command=fetch"], Clone)!.Request.Span), text);
        Assert.Contains(Wire.Line(argument), text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Private))]
    public void Read_WhatIsUnknownOrDependsOnRefs_IsNotShared(string argument) => Assert.Null(Read(["command=fetch"], [argument, .. Clone]));

    [Fact]
    public void Read_RoundOfNegotiation_IsNotShared() => Assert.Null(Read(["command=fetch"], [.. Clone[..^1], $"have {Refs.Id(3)}"]));

    [Fact]
    public void Read_UnknownCapability_IsNotShared() => Assert.Null(Read(["command=fetch", "something-new"], Clone));

    [Fact]
    public void Read_TwoFilters_AreNotShared() => Assert.Null(Read(["command=fetch"], ["filter blob:none", "filter tree:0", .. Clone]));

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("000")]
    [InlineData("0012command=fetch")]
    [InlineData("zzzz")]
    [InlineData("ffff")]
    public void Read_Torn_IsNotShared(string request) => Assert.Null(CanonicalFetch.TryRead(Wire.Bytes(request), All));

    [Fact]
    public void Read_IncludeTag_DependsOnTagsAndOnNothingElse()
    {
        var now = WithTags(All);
        Assert.Equal(32, now.Length);
        Assert.Equal(now, WithTags(Refs.Snapshot(
            "refs/heads/other", ("refs/heads/main", Refs.Id(9), null), ("refs/heads/more", Refs.Id(8), null), ("refs/tags/v1", Refs.Id(2), Refs.Id(1)))));
        Assert.NotEqual(now, WithTags(Refs.Snapshot("refs/heads/main", ("refs/tags/v1", Refs.Id(2), Refs.Id(1)), ("refs/tags/v2", Refs.Id(3), null))));
        Assert.NotEqual(now, WithTags(Refs.Snapshot("refs/heads/main", ("refs/heads/main", Refs.Id(1), null))));
        Assert.NotEqual(now, WithTags(Refs.Snapshot("refs/heads/main", ("refs/tags/v1", Refs.Id(4), Refs.Id(1)))));

        static string WithTags(RefSnapshot refs) =>
            Convert.ToHexString(CanonicalFetch.TryRead(Request(["command=fetch"], ["include-tag", .. Clone]), refs)!.Refs.Span)[..32];
    }

    private static SharedFetch? Read(string[] capabilities, string[] arguments) => CanonicalFetch.TryRead(Request(capabilities, arguments), All);

    private static byte[] Request(string[] capabilities, string[] arguments) =>
        Wire.Bytes(Wire.Lines(capabilities) + Wire.Delimiter + Wire.Lines(arguments) + Wire.Flush);
}
