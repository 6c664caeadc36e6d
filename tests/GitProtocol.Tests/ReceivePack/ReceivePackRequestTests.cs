using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.ReceivePack;

namespace Granary.Frontends.GitProtocol.Tests.ReceivePack;

public sealed class ReceivePackRequestTests
{
    private static readonly string Create = $"{Refs.Zero} {Refs.Id(1)} refs/heads/main";
    private static readonly GitProtocolOptions Small = new() { MaxRefsPerPush = 3, MaxPushOptions = 2, MaxPushOptionLength = 8 };

    private static ValueTask<ReceivePackRequest?> ReadAsync(string text, GitProtocolOptions? options = null) =>
        ReceivePackRequest.ReadAsync(Wire.Reader(text), options ?? new GitProtocolOptions(), Wire.Cancel);

    private static async Task<ReceivePackRequest> ReadLinesAsync(params string[] lines)
    {
        var request = await ReadAsync(Wire.Lines(lines) + Wire.Flush);
        Assert.NotNull(request);
        return request;
    }

    private static async Task<string> RefusalOf(string text, GitProtocolOptions? options = null) =>
        (await Assert.ThrowsAsync<GitProtocolException>(async () => await ReadAsync(text, options))).Message;

    [Fact]
    public async Task Read_OneCommand_HasUpdateAndCapabilities()
    {
        var request = await ReadLinesAsync(Create + "\0 report-status-v2 side-band-64k object-format=sha1 atomic quiet agent=git/2.39.5\n");
        var command = Assert.Single(request.Commands);
        Assert.Equal("refs/heads/main", command.Update!.Name.Value);
        Assert.True(command.Update.IsCreate);
        Assert.Equal(Refs.Id(1), command.Update.New.ToString());
        Assert.True(request.Capabilities is { ReportStatus: true, SideBand: true, Atomic: true, Quiet: true, PushOptions: false });
        Assert.True(request.HasPack);
        Assert.Empty(request.PushOptions);
    }

    [Fact]
    public async Task Read_NoNul_IsAClientWithoutCapabilities()
    {
        var request = await ReadLinesAsync(Create);
        Assert.True(request.Capabilities is { ReportStatus: false, SideBand: false, Atomic: false, Quiet: false, PushOptions: false });
    }

    [Theory]
    [InlineData("report-status", true)]
    [InlineData("report-status-v2", true)]
    [InlineData("report-status-v3", false)]
    [InlineData("xreport-status", false)]
    public async Task Read_Capability_IsAWholeWord(string capability, bool isKnown) =>
        Assert.Equal(isKnown, (await ReadLinesAsync(Create + "\0" + capability)).Capabilities.ReportStatus);

    [Fact]
    public async Task Read_OtherObjectFormat_IsRefused() =>
        Assert.Contains("sha1", await RefusalOf(Wire.Line(Create + "\0object-format=sha256") + Wire.Flush), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("00350000")]
    public async Task Read_ProbeOrNothing_IsNull(string text)
    {
        if (text == "00350000") text = Wire.Line("shallow " + Refs.Id(1)) + Wire.Flush;
        Assert.Null(await ReadAsync(text));
    }

    [Fact]
    public async Task Read_ShallowLinesBeforeCommands_AreSkipped()
    {
        var request = await ReadLinesAsync("shallow " + Refs.Id(8), "shallow " + Refs.Id(9) + "\n", Create + "\0report-status\n");
        Assert.Single(request.Commands);
        Assert.True(request.Capabilities.ReportStatus);
    }

    [Fact]
    public async Task Read_PushCertificate_IsRefusedWithAWayOut() =>
        Assert.Contains("--signed", await RefusalOf(Wire.Line("push-cert\0report-status\n") + Wire.Flush), StringComparison.Ordinal);

    [Fact]
    public async Task Read_RefTwice_IsRefused() =>
        Assert.Contains("twice", await RefusalOf(Wire.Lines(Create, Create) + Wire.Flush), StringComparison.Ordinal);

    [Theory]
    [InlineData("HEAD")]
    [InlineData("refs")]
    [InlineData("refs/heads")]
    [InlineData("refs/heads/HEAD")]
    [InlineData("refs/heads/-x")]
    [InlineData("refs/heads/a..b")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/a.lock")]
    [InlineData("refs/heads/../../x")]
    [InlineData("refs/heads//a")]
    [InlineData("refs/heads/a/")]
    [InlineData("refs/heads/a\nb")]
    [InlineData("refs/heads/@{0}")]
    [InlineData("refs/heads/\u00fe")]
    [InlineData("--upload-pack=x")]
    public async Task Read_NameThatIsNotAllowed_IsAFaultOfThatRefOnly(string name)
    {
        var request = await ReadLinesAsync(Create + "\0report-status", $"{Refs.Zero} {Refs.Id(2)} {name}");
        Assert.Null(request.Commands[0].Fault);
        Assert.Null(request.Commands[1].Update);
        Assert.NotNull(request.Commands[1].Fault);
    }

    [Fact]
    public async Task Read_LongestName_IsAFaultOfThatRefOnly()
    {
        var name = "refs/heads/" + new string('a', PktLine.MaxPayload - 93);
        Assert.Contains("1024", Assert.Single((await ReadLinesAsync($"{Refs.Zero} {Refs.Id(2)} {name}")).Commands).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000 000000000000000000000000000000000000000g refs/heads/a")]
    [InlineData("000000000000000000000000000000000000000 0000000000000000000000000000000000000001 refs/heads/a")]
    [InlineData("0000000000000000000000000000000000000000  0000000000000000000000000000000000000001 refs/heads/a")]
    [InlineData("0000000000000000000000000000000000000000\t0000000000000000000000000000000000000001 refs/heads/a")]
    [InlineData("0000000000000000000000000000000000000000 0000000000000000000000000000000000000001\trefs/heads/a")]
    [InlineData("0000000000000000000000000000000000000000 0000000000000000000000000000000000000001 ")]
    [InlineData("0000000000000000000000000000000000000000 0000000000000000000000000000000000000001")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000 0000000000000000000000000000000000000000000000000000000000000001 refs/heads/a")]
    [InlineData("\0report-status")]
    [InlineData("")]
    [InlineData("PACK")]
    [InlineData("shallow")]
    public async Task Read_LineThatIsNoCommand_IsRefused(string line) => await RefusalOf(Wire.Line(line) + Wire.Flush);

    [Fact]
    public async Task Read_HexadecimalInUpperCase_IsAccepted() =>
        Assert.Equal(new string('a', 40), (await ReadLinesAsync($"{Refs.Zero} {new string('A', 40)} refs/heads/main")).Commands[0].Update!.New.ToString());

    [Fact]
    public async Task Read_CommandsWithoutFlush_AreRefused()
    {
        await RefusalOf(Wire.Line(Create));
        await RefusalOf(Wire.Line(Create) + Wire.Delimiter);
        await RefusalOf(Wire.Line(Create) + "0002");
    }

    [Fact]
    public async Task Read_OneRefTooMany_IsRefused()
    {
        var lines = Enumerable.Range(0, 4).Select(static n => $"{Refs.Zero} {Refs.Id(1)} refs/heads/{n}").ToList();
        Assert.Contains("at most 3", await RefusalOf(Wire.Lines(lines) + Wire.Flush, Small), StringComparison.Ordinal);
        Assert.Equal(3, (await ReadAsync(Wire.Lines(lines.Take(3)) + Wire.Flush, Small))!.Commands.Count);
    }

    [Fact]
    public async Task Read_TooManyShallowLines_AreRefused() =>
        Assert.Equal("too many shallow lines", await RefusalOf(string.Concat(Enumerable.Repeat(Wire.Line("shallow " + Refs.Id(1)), 100_001))));

    [Fact]
    public async Task Read_Pack_StaysInThePipe()
    {
        var input = Wire.Reader(Wire.Lines(Create + "\0push-options") + Wire.Flush + Wire.Lines("ci.skip", "a=b\n") + Wire.Flush + "PACK...");
        var request = await ReceivePackRequest.ReadAsync(input, new GitProtocolOptions(), Wire.Cancel);
        Assert.Equal(["ci.skip", "a=b"], request!.PushOptions);
        Assert.Equal("PACK...", await Wire.RestAsync(input));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31m")]
    [InlineData("a\0b")]
    [InlineData("123456789")]
    public async Task Read_PushOptionNotAllowed_IsRefused(string option) =>
        await RefusalOf(Wire.Line(Create + "\0push-options") + Wire.Flush + Wire.Line(option) + Wire.Flush, Small);

    [Fact]
    public async Task Read_OnePushOptionTooMany_IsRefused() =>
        await RefusalOf(Wire.Line(Create + "\0push-options") + Wire.Flush + Wire.Lines("a", "b", "c") + Wire.Flush, Small);

    [Fact]
    public async Task Read_PushOptionsWithoutFlush_AreRefused() =>
        await RefusalOf(Wire.Line(Create + "\0push-options") + Wire.Flush + Wire.Line("a"));

    [Fact]
    public async Task Read_OnlyDeletions_HaveNoPack() =>
        Assert.False((await ReadLinesAsync($"{Refs.Id(1)} {Refs.Zero} refs/heads/a", $"{Refs.Id(1)} {Refs.Zero} refs/heads/b")).HasPack);

    // Its client sends none and waits for the report.
    [Fact]
    public async Task Read_OnlyDeletionsOfNamesNotAllowed_HaveNoPack() =>
        Assert.False((await ReadLinesAsync($"{Refs.Id(1)} {Refs.Zero} refs/heads/HEAD")).HasPack);

    [Fact]
    public async Task Read_NamesThatAreNotUtf8_AreTheirBytes()
    {
        var request = await ReadLinesAsync($"{Refs.Zero} {Refs.Id(1)} refs/heads/\u00fe", $"{Refs.Zero} {Refs.Id(1)} refs/heads/\u00ff");
        Assert.Equal(["refs/heads/\u00fe", "refs/heads/\u00ff"], request.Commands.Select(static c => Wire.Text(c.RawName)));
    }

    [Fact]
    public async Task Read_CommandsLargerThanTheLimit_AreRefused()
    {
        var lines = Enumerable.Range(0, 3).Select(static n => $"{Refs.Zero} {Refs.Id(1)} refs/heads/{new string('a', 400)}{n}");
        Assert.Contains("1024", await RefusalOf(Wire.Lines(lines) + Wire.Flush, new GitProtocolOptions { MaxCommandList = 1024 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DeletionAmongOthers_HasAPack() =>
        Assert.True((await ReadLinesAsync(Create, $"{Refs.Id(1)} {Refs.Zero} refs/heads/b")).HasPack);
}
