using System.Net;
using System.Text;

namespace Granary.EndToEnd.Tests.BadInput;

/// <summary>Requests that are not what gitprotocol says, with a right content type and login.</summary>
[Collection(BadInputTests.Name)]
public sealed class PktLineTests(TargetServer target)
{
    public static TheoryData<string> Malformed =>
    [
        "zzzz", "0003", "fff5", "ffff", "00", "0032too short", "-001", " 000", "0001", "0002", "0004", "0005\n", "000bcommand",
        "\0\0\0\0", "GET / HTTP/1.1\r\n\r\n",
    ];

    [Theory, MemberData(nameof(Malformed))]
    public async Task UploadPackV2_MalformedLines_AreABadRequest(string body) =>
        await AssertBadAsync(await target.PostAsync(Wire.UploadPack, Encoding.Latin1.GetBytes(body), Wire.Speak2));

    [Theory, MemberData(nameof(Malformed))]
    public async Task UploadPackV0_MalformedLines_AreABadRequest(string body)
    {
        var reply = await target.PostAsync(Wire.UploadPack, Encoding.Latin1.GetBytes(body));

        // To git, a delimiter ends a v0 request that wants nothing as well as a flush does.
        if (body is "0001" or "0002") Assert.Equal("", reply.Text);
        else await AssertBadAsync(reply);
    }

    [Theory, MemberData(nameof(Malformed))]
    public async Task ReceivePack_MalformedLines_AreABadRequest(string body) =>
        await AssertBadAsync(await target.PostAsync(Wire.ReceivePack, Encoding.Latin1.GetBytes(body)));

    [Theory]
    [InlineData("command=evil")]
    [InlineData("command=")]
    [InlineData("command=ls-refs; rm")]
    [InlineData("hello")]
    public async Task UploadPackV2_UnknownCommand_IsABadRequest(string command) =>
        await AssertBadAsync(await target.PostAsync(Wire.UploadPack, [.. Wire.Pkt(command), .. Wire.Flush], Wire.Speak2));

    [Theory]
    [InlineData("ls-refs", "evil")]
    [InlineData("fetch", "want zzzz")]
    [InlineData("fetch", "want 0000")]
    [InlineData("fetch", "evil")]
    [InlineData("fetch", "deepen x")]
    [InlineData("fetch", "deepen -1")]
    [InlineData("fetch", "deepen-since x")]
    [InlineData("fetch", "filter evil:1")]
    [InlineData("fetch", "shallow zzzz")]
    [InlineData("fetch", "have zzzz")]
    public async Task UploadPackV2_BadArgument_IsTheClientsFault(string command, string argument)
    {
        byte[] body = [.. Wire.Pkt("command=" + command), .. "0001"u8, .. Wire.Pkt(argument + "\n"), .. Wire.Flush];
        await AssertBadAsync(await target.PostAsync(Wire.UploadPack, body, Wire.Speak2));
    }

    [Fact]
    public async Task UploadPackV2_WantOfAnUnknownObject_IsAnsweredInGitsWords()
    {
        const string Unknown = "1234567890123456789012345678901234567890";
        byte[] body = [.. Wire.Pkt("command=fetch"), .. "0001"u8, .. Wire.Pkt($"want {Unknown}\n"), .. Wire.Pkt("done\n"), .. Wire.Flush];
        var reply = await target.PostAsync(Wire.UploadPack, body, Wire.Speak2);
        Assert.Contains($"not our ref {Unknown}", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(target.Server.DataPath, reply.Text, StringComparison.Ordinal);
        await target.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("not a command")]
    [InlineData("zzzz456789012345678901234567890123456789 1234567890123456789012345678901234567890 refs/heads/a")]
    [InlineData("1234567890123456789012345678901234567890 1234567890123456789012345678901234567890 ")]
    [InlineData("1234567890123456789012345678901234567890  refs/heads/a")]
    public async Task ReceivePack_BadCommand_IsABadRequest(string command) =>
        await AssertBadAsync(await target.PostAsync(Wire.ReceivePack, [.. Wire.Pkt(command), .. Wire.Flush]));

    [Fact]
    public async Task ReceivePack_OneRefTwice_IsABadRequest()
    {
        var command = Wire.Pkt($"{Wire.Zero} {target.Tip} refs/heads/twice\0 report-status");
        await AssertBadAsync(await target.PostAsync(Wire.ReceivePack, [.. command, .. command, .. Wire.Flush, .. Wire.EmptyPack]));
    }

    [Fact]
    public async Task ReceivePack_TooManyPushOptions_IsABadRequest()
    {
        List<byte> body = [.. Wire.Pkt($"{Wire.Zero} {target.Tip} refs/heads/a\0 report-status push-options"), .. Wire.Flush];
        for (var i = 0; i < 1000; i++) body.AddRange(Wire.Pkt("option"));
        await AssertBadAsync(await target.PostAsync(Wire.ReceivePack, [.. body, .. Wire.Flush, .. Wire.EmptyPack]));
    }

    [Fact]
    public async Task ReceivePack_OtherObjectFormat_IsABadRequest()
    {
        var body = Wire.Push(Wire.Zero, target.Tip, "refs/heads/a", Wire.EmptyPack, "report-status object-format=sha256");
        await AssertBadAsync(await target.PostAsync(Wire.ReceivePack, body));
    }

    /// <summary>An error status, or git's own ERR line; never a fault of the server.</summary>
    private async Task AssertBadAsync(HttpReply reply)
    {
        var said = reply.Status == HttpStatusCode.BadRequest
            || (reply.Status == HttpStatusCode.OK && reply.Text.IndexOf("ERR ", StringComparison.Ordinal) == 4);
        Assert.True(said, $"{reply.Status}: {reply.Text}");
        Assert.DoesNotContain(target.Server.DataPath, reply.Text, StringComparison.Ordinal);
        await target.AssertUnharmedAsync();
    }
}
