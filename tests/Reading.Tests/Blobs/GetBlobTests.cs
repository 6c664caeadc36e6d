using Google.Protobuf;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Blobs;

/// <summary>Contents of files, as <c>git cat-file</c> gives them.</summary>
public sealed class GetBlobTests(ReadingServer server)
{
    [Fact]
    public async Task EachFile_HasTheBytesAndTheIdThatGitHas()
    {
        var checkedFiles = 0;
        foreach (var line in (await server.Git.RunAsync("ls-tree", "-r", "main")).Split('\n').Where(static l => !l.Contains("big/f0", StringComparison.Ordinal)))
        {
            var (mode, type, id) = (line.Split(' ')[0], line.Split(' ')[1], line.Split(' ', '\t')[2]);
            if (type != "blob" || line.Contains('"', StringComparison.Ordinal)) continue;
            var (info, bytes) = await ReadAsync(new() { Revision = "main", Path = line.Split('\t')[1] });
            Assert.Equal((id, mode), (info.BlobId, info.Mode));
            Assert.Equal((await server.Git.TryAsync("cat-file", "blob", id)).OutputBytes, bytes);
            checkedFiles++;
        }

        Assert.True(checkedFiles > 10);
    }

    [Theory]
    [InlineData("utf8.txt", "utf-8", false)]
    [InlineData("sjis.txt", "shift_jis", false)]
    [InlineData("euc.txt", "euc-jp", false)]
    [InlineData("utf16.txt", "utf-16le", false)]
    [InlineData("data.bin", "", true)]
    [InlineData("empty", "utf-8", false)]
    [InlineData("README.md", "utf-8", false)]
    public async Task Encoding_IsGuessed(string path, string encoding, bool binary)
    {
        var (info, _) = await ReadAsync(new() { Path = path });
        Assert.Equal((encoding, binary), (info.Encoding, info.Binary));
    }

    [Fact]
    public async Task OddPath_IsFoundByItsBytes()
    {
        var (_, bytes) = await ReadAsync(new() { Path = "ignored", RawPath = ByteString.CopyFrom(SampleRepository.OddPath) });
        Assert.Equal("coffee\n"u8.ToArray(), bytes);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(199_990, 100)]
    [InlineData(65_530, 70_000)]
    [InlineData(100, 0)]
    [InlineData(200_000, 10)]
    [InlineData(9_000_000_000_000, long.MaxValue)]
    public async Task Range_IsThatPartOfTheFile(long offset, long limit)
    {
        var whole = (await server.Git.TryAsync("cat-file", "blob", "main:data.bin")).OutputBytes;
        var (info, bytes) = await ReadAsync(new() { Path = "data.bin", Offset = offset, Limit = limit });
        Assert.Equal(200_000, info.Size);
        Assert.Equal(whole.Skip((int)Math.Min(offset, int.MaxValue)).Take(limit is 0 or > int.MaxValue ? int.MaxValue : (int)limit).ToArray(), bytes);
    }

    [Fact]
    public async Task File_LargerThanAskedFor_IsToldAndNotSent()
    {
        var (info, bytes) = await ReadAsync(new() { Path = "data.bin", MaxSize = 1000 });
        Assert.Equal((true, 200_000, 0), (info.TooLarge, info.Size, bytes.Length));
    }

    [Fact]
    public async Task Blob_ById_IsTheSame()
    {
        var id = await server.Git.RunAsync("rev-parse", "main:README.md");
        var (info, bytes) = await ReadAsync(new() { BlobId = id });
        Assert.Equal(("", "# Sample\n"), (info.Mode, System.Text.Encoding.UTF8.GetString(bytes)));
    }

    [Theory]
    [InlineData("absent", StatusCode.NotFound)]
    [InlineData("README.md/below", StatusCode.NotFound)]
    [InlineData("src", StatusCode.FailedPrecondition)]
    [InlineData("module", StatusCode.FailedPrecondition)]
    [InlineData("../packed-refs", StatusCode.InvalidArgument)]
    [InlineData("src/../../x", StatusCode.InvalidArgument)]
    [InlineData("a//b", StatusCode.InvalidArgument)]
    [InlineData("/", StatusCode.InvalidArgument)]
    [InlineData("a\0b", StatusCode.InvalidArgument)]
    public async Task Path_ThatIsNoFile_IsRefused(string path, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(new() { Path = path }));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Theory]
    [InlineData("xyz", StatusCode.InvalidArgument)]
    [InlineData("0000000000000000000000000000000000000001", StatusCode.NotFound)]
    public async Task BlobId_ThatIsNone_IsRefused(string id, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(new() { BlobId = id }));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Fact]
    public async Task NegativeRange_IsInvalid()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(new() { Path = "README.md", Offset = -1 }));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    private async Task<(BlobInfo Info, byte[] Bytes)> ReadAsync(GetBlobRequest request)
    {
        (request.Project, request.Repository) = (ReadingServer.Project, ReadingServer.Repository);
        var messages = await ReadingServer.AllAsync(server.Blobs.GetBlob(request, server.Login));
        return (messages[0].Info, [.. messages.Skip(1).SelectMany(static m => m.Data)]);
    }
}
