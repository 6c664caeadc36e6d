using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

public sealed class V2RequestTests
{
    private static readonly GitProtocolOptions Small = new() { MaxFetchRequest = 1024, MaxRefPrefixes = 16 };

    private static ValueTask<V2Request?> ReadAsync(string text, GitProtocolOptions? options = null) =>
        V2Request.ReadAsync(Wire.Reader(text), options ?? new GitProtocolOptions(), Wire.Cancel);

    private static async Task<string> RefusalOf(string text, GitProtocolOptions? options = null) =>
        (await Assert.ThrowsAsync<GitProtocolException>(async () => await ReadAsync(text, options))).Message;

    [Fact]
    public async Task Read_LsRefs_HasCommandAndArguments()
    {
        var request = await ReadAsync(
            Wire.Lines("command=ls-refs\n", "agent=git/2.39.5", "object-format=sha1") + Wire.Delimiter + Wire.Lines("peel\n", "symrefs") + Wire.Flush);
        Assert.Equal("ls-refs", request!.Command);
        Assert.Equal(["peel", "symrefs"], request.Arguments.Select(static a => Wire.Text(a)));
    }

    [Fact]
    public async Task Read_Fetch_KeepsItsBytesForGit()
    {
        var text = Wire.Lines("command=fetch", "agent=x\n", "server-option=a b") + Wire.Delimiter
            + Wire.Lines("thin-pack", $"want {Refs.Id(1)}\n", "done");
        var request = await ReadAsync(text + Wire.Flush);
        Assert.Equal("fetch", request!.Command);
        Assert.Equal(text, Wire.Text(request.Raw.Span));
        Assert.Empty(request.Arguments);
        Assert.Empty(request.WantRefs);
    }

    [Fact]
    public async Task Read_WantRefsOfALargeRepository_AreAllRead()
    {
        var wants = string.Concat(Enumerable.Range(0, 100_000).Select(static i => Wire.Line($"want-ref refs/heads/b{i}")));
        var request = await ReadAsync(Wire.Line("command=fetch") + Wire.Delimiter + wants + Wire.Line("done") + Wire.Flush);
        Assert.Equal(100_000, request!.WantRefs.Count);
    }

    [Fact]
    public async Task Read_WantRefsBeyondTheLimit_AreRefused()
    {
        var text = Wire.Line("command=fetch") + Wire.Delimiter + Wire.Lines("want-ref refs/heads/a", "want-ref refs/heads/b") + Wire.Flush;
        Assert.Contains("more than 1 want-ref", await RefusalOf(text, new GitProtocolOptions { MaxWantedRefs = 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WantRef_IsKeptFromGit()
    {
        var text = Wire.Line("command=fetch") + Wire.Delimiter + Wire.Lines("want-ref refs/heads/main\n", "done") + Wire.Flush;
        var request = await ReadAsync(text);
        Assert.Equal(["refs/heads/main"], request!.WantRefs);
        Assert.DoesNotContain("want-ref", Wire.Text(request.Raw.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NoDelimiter_IsACommandWithoutArguments() => Assert.Empty((await ReadAsync(Wire.Line("command=ls-refs") + Wire.Flush))!.Arguments);

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    public async Task Read_EmptyRequest_IsNull(string text) => Assert.Null(await ReadAsync(text));

    [Fact]
    public async Task Read_RequestAfterRequest_LeavesTheSecond()
    {
        var first = Wire.Line("command=ls-refs") + Wire.Flush;
        var input = Wire.Reader(first + first + Wire.Flush);
        Assert.NotNull(await V2Request.ReadAsync(input, Small, Wire.Cancel));
        Assert.NotNull(await V2Request.ReadAsync(input, Small, Wire.Cancel));
        Assert.Null(await V2Request.ReadAsync(input, Small, Wire.Cancel));
    }

    [Theory]
    [InlineData("agent=git")]
    [InlineData("want 0000000000000000000000000000000000000001")]
    [InlineData("Command=fetch")]
    [InlineData("")]
    public async Task Read_FirstLineIsNoCommand_IsRefused(string line) =>
        Assert.Contains("command", await RefusalOf(Wire.Line(line) + Wire.Flush), StringComparison.Ordinal);

    [Theory]
    [InlineData("ls-refs --upload-pack=x")]
    [InlineData("LS-REFS")]
    [InlineData("fetch\0")]
    [InlineData("../fetch")]
    [InlineData("\u00e9")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Read_CommandThatCannotBe_IsRefused(string command) =>
        Assert.Equal("unknown command", await RefusalOf(Wire.Line("command=" + command) + Wire.Flush));

    [Theory]
    [InlineData("0001")]
    [InlineData("0002")]
    [InlineData("0015command=fetch0")]
    [InlineData("0012command=fetch\n")]
    [InlineData("0012command=fetch\n0002")]
    [InlineData("0012command=fetch\n00010001")]
    [InlineData("0012command=fetch\n0001")]
    [InlineData("0012command=fetch\n00010008done")]
    [InlineData("0012command=fetch\n00010100done0000")]
    [InlineData("0012command=fetch\n00010003")]
    [InlineData("POST / HTTP/1.1")]
    public async Task Read_MalformedOrCutOff_IsRefused(string text) => await RefusalOf(text);

    [Theory]
    [InlineData("object-format=sha256")]
    [InlineData("object-format=sha1x")]
    [InlineData("object-format=")]
    public async Task Read_OtherObjectFormat_IsRefused(string capability) =>
        Assert.Contains("sha1", await RefusalOf(Wire.Lines("command=ls-refs", capability) + Wire.Flush), StringComparison.Ordinal);

    [Fact]
    public async Task Read_TooLarge_IsRefused()
    {
        var text = Wire.Line("command=fetch") + Wire.Delimiter + Wire.Lines(Enumerable.Repeat($"have {Refs.Id(1)}", 30)) + Wire.Flush;
        Assert.Contains("1024", await RefusalOf(text, Small), StringComparison.Ordinal);
        Assert.NotNull(await ReadAsync(text));
    }

    [Fact]
    public async Task Read_TooManyArgumentsOfLsRefs_IsRefusedBeforeTheRest()
    {
        var lines = Wire.Line("command=ls-refs") + Wire.Delimiter + Wire.Lines(Enumerable.Repeat("peel", 33));
        Assert.Contains("ref-prefix", await RefusalOf(lines, Small), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_TooManyCapabilities_IsRefused() =>
        Assert.Equal("too many capabilities", await RefusalOf(Wire.Line("command=fetch") + Wire.Lines(Enumerable.Repeat("a", 102)) + Wire.Flush));
}
