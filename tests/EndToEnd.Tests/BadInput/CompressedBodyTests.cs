using System.Globalization;
using System.IO.Compression;
using System.Net;
using Granary.EndToEnd.Tests.Http;

namespace Granary.EndToEnd.Tests.BadInput;

[Collection(BadInputTests.Name)]
public sealed class CompressedBodyTests(TargetServer target)
{
    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, identity")]
    public async Task Encoding_NotKnown_IsRefused(string encoding)
    {
        var body = BodyTests.Gzip(BodyTests.Gzip(Wire.LsRefs));
        foreach (var service in (string[])[Wire.UploadPack, Wire.ReceivePack])
        {
            var reply = await target.PostAsync(service, body, request => request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding));
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Status);
        }

        await target.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("git-upload-pack")]
    [InlineData("git-receive-pack")]
    public async Task Gzip_ThatIsNotOneOrIsCut_IsABadRequest(string service)
    {
        var push = Wire.Push(Wire.Zero, target.NewCommit, "refs/heads/bad", target.NewPack);
        foreach (var body in (byte[][])["not gzip at all"u8.ToArray(), BodyTests.Gzip(push)[..40]])
        {
            var reply = await target.PostAsync(service, body, Gzipped);
            var said = reply.Status == HttpStatusCode.BadRequest || reply.Text.IndexOf("ERR ", StringComparison.Ordinal) == 4;
            Assert.True(said, $"{reply.Status}: {reply.Text}");
        }

        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task GzipBomb_OfHaves_IsRefusedByTheirNumber()
    {
        var line = Wire.Pkt("have 1234567890123456789012345678901234567890\n");
        var reply = await BombAsync(Wire.UploadPack, [.. Wire.Pkt("command=fetch"), .. "0001"u8], line, 400_000_000);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("more than 250000 'have' lines", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GzipBomb_OfFlags_IsRefusedByItsUnpackedSize()
    {
        var reply = await BombAsync(Wire.UploadPack, [.. Wire.Pkt("command=fetch"), .. "0001"u8], Wire.Pkt("ofs-delta\n"), 400_000_000);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("larger than", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GzipBomb_OfRefPrefixes_IsRefusedByTheirNumber()
    {
        var reply = await BombAsync(Wire.UploadPack, [.. Wire.Pkt("command=ls-refs"), .. "0001"u8], Wire.Pkt("ref-prefix r\n"), 400_000_000);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    [Fact]
    public async Task GzipBomb_OfShallowLines_IsRefusedByTheirNumber()
    {
        var reply = await BombAsync(Wire.ReceivePack, [], Wire.Pkt("shallow 1234567890123456789012345678901234567890"), 400_000_000);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    [Fact]
    public async Task GzipBomb_AsAPack_IsRefusedByGit()
    {
        // git gives up at once and leaves most of its input unread.
        var reply = await BombAsync(Wire.ReceivePack, Wire.Push(Wire.Zero, target.NewCommit, "refs/heads/bad", []), new byte[1024], 400_000_000);
        Assert.Contains("ng refs/heads/bad", reply.Text, StringComparison.Ordinal);
    }

    private static void Gzipped(HttpRequestMessage request) => request.Content!.Headers.ContentEncoding.Add("gzip");

    /// <summary>A small body that unpacks to <paramref name="size"/> bytes; the server may not hold much more of it than the limits say.</summary>
    private async Task<HttpReply> BombAsync(string service, byte[] start, byte[] repeated, int size)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(start);
            var block = Enumerable.Repeat(repeated, 1000).SelectMany(static b => b).ToArray();
            for (var written = 0; written < size; written += block.Length) gzip.Write(block);
        }

        var before = PeakMemory();
        var reply = await target.PostAsync(service, packed.ToArray(), request =>
        {
            Gzipped(request);
            if (service == Wire.UploadPack) Wire.Speak2(request);
        });
        Assert.True(PeakMemory() - before < 300 << 10, $"The server's memory grew by {PeakMemory() - before} KiB.");
        await target.AssertUnharmedAsync();
        return reply;
    }

    /// <summary>The most memory that the server ever had, in KiB.</summary>
    private int PeakMemory()
    {
        var line = File.ReadLines($"/proc/{target.Server.ProcessId}/status").First(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
