using Google.Protobuf;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Archives;

/// <summary>Archives, byte for byte what <c>git archive</c> makes.</summary>
[Collection(typeof(ArchiveCollection))]
public sealed class GetArchiveTests(ReadingServer server, AttributedRepository attributed)
{
    [Theory]
    [InlineData("main", "main", ArchiveFormat.Tar)]
    [InlineData("main", "main", ArchiveFormat.TarGz)]
    [InlineData("main", "main", ArchiveFormat.Zip)]
    [InlineData("", "main", ArchiveFormat.Unspecified)]
    [InlineData("light", "light", ArchiveFormat.Tar)]
    [InlineData("v1.0", "v1.0", ArchiveFormat.Tar)]
    [InlineData("nested", "nested", ArchiveFormat.Zip)]
    [InlineData("refs/heads/side", "side", ArchiveFormat.TarGz)]
    [InlineData("old", "old", ArchiveFormat.Tar)]
    public async Task Archive_OfARef_IsGitsAndNamedAfterIt(string revision, string name, ArchiveFormat format)
    {
        var (info, bytes) = await server.ArchiveAsync(new() { Revision = revision, Format = format });
        var ending = EndingOf(format);
        var shown = format == ArchiveFormat.Unspecified ? ArchiveFormat.Zip : format;
        Assert.Equal((shown, $"sample-{name}.{ending}", $"sample-{name}/"), (info.Format, info.FileName, info.Prefix));
        Assert.Equal(await server.Git.RunAsync("rev-parse", $"{name}^{{commit}}"), info.CommitId);
        Assert.Equal(await server.Git.ArchiveAsync($"--format={ending}", $"--prefix=sample-{name}/", name), bytes);
    }

    [Fact]
    public async Task Archive_OfAnId_IsNamedAfterAllOfIt()
    {
        var id = await server.Git.RunAsync("rev-parse", "main~4");
        var (info, bytes) = await server.ArchiveAsync(new() { Revision = id[..12], Format = ArchiveFormat.Tar });
        Assert.Equal((id, $"sample-{id}.tar", $"sample-{id}/"), (info.CommitId, info.FileName, info.Prefix));
        Assert.Equal(await server.Git.ArchiveAsync($"--prefix=sample-{id}/", id), bytes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a/")]
    [InlineData("a b/日本/--x/", "a b/日本/--x/")]
    public async Task Prefix_ThatIsAskedFor_IsTheFolder(string prefix, string expected)
    {
        var (info, bytes) = await server.ArchiveAsync(new() { Revision = "old", Format = ArchiveFormat.Tar, Prefix = prefix });
        Assert.Equal(expected, info.Prefix);
        Assert.Equal(await server.Git.ArchiveAsync($"--prefix={expected}", "old"), bytes);
    }

    [Theory]
    [InlineData("src")]
    [InlineData("/src/deep/")]
    public async Task Path_OfAFolder_IsThatFolderAlone(string path)
    {
        var (_, bytes) = await server.ArchiveAsync(new() { Revision = "main", Format = ArchiveFormat.Tar, Prefix = "p", Path = path });
        Assert.Equal(await server.Git.ArchiveAsync("--prefix=p/", "main", "--", path.Trim('/')), bytes);
    }

    [Theory]
    [InlineData(ArchiveFormat.Tar)]
    [InlineData(ArchiveFormat.Zip)]
    public async Task Attributes_ModesAndOddNames_AreAsGitHasThem(ArchiveFormat format)
    {
        var (_, bytes) = await server.ArchiveAsync(new() { Repository = AttributedRepository.Name, Revision = "main", Format = format, Prefix = "x" });
        Assert.Equal(await attributed.Git.ArchiveAsync($"--format={EndingOf(format)}", "--prefix=x/", "main"), bytes);
        if (format != ArchiveFormat.Tar) return;
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        Assert.Contains($"{await attributed.Git.RunAsync("rev-parse", "main")} Alice Example", text, StringComparison.Ordinal);
        Assert.Contains("N base-1-g", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret/key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("a.log", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_OfOddBytes_IsFoundByThem()
    {
        var request = new GetArchiveRequest
        {
            Repository = AttributedRepository.Name,
            Format = ArchiveFormat.Tar,
            Prefix = "",
            RawPath = ByteString.CopyFrom(AttributedRepository.OddFolder),
        };
        var (_, bytes) = await server.ArchiveAsync(request);
        Assert.Equal(await attributed.Git.ArchiveAsync("main", "--", ":(glob)caf?/??*/**"), bytes);
        Assert.Contains("odd\n", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":(glob)*")]
    [InlineData("-v")]
    public async Task Path_ThatGitCouldReadOtherwise_IsAPath(string path)
    {
        var (_, bytes) = await server.ArchiveAsync(new() { Repository = AttributedRepository.Name, Format = ArchiveFormat.Tar, Prefix = "", Path = path });
        Assert.Equal(await attributed.Git.With("GIT_LITERAL_PATHSPECS", "1").ArchiveAsync("main", "--", path), bytes);
        Assert.Contains("a name and no", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_OfARefThatNoFileCanHave_AreMadeFit()
    {
        var (info, _) = await server.ArchiveAsync(new() { Repository = AttributedRepository.Name, Revision = "機能/\"a\"|b" });
        Assert.Equal(("attributed-機能--a--b.zip", "attributed-機能--a--b/"), (info.FileName, info.Prefix));
    }

    [Theory]
    [InlineData("absent", "", StatusCode.NotFound)]
    [InlineData("0000000000000000000000000000000000000001", "", StatusCode.NotFound)]
    [InlineData("of-tree", "", StatusCode.NotFound)]
    [InlineData("of-blob", "", StatusCode.NotFound)]
    [InlineData("--output=x", "", StatusCode.NotFound)]
    [InlineData("main:src", "", StatusCode.NotFound)]
    [InlineData("main", "absent", StatusCode.NotFound)]
    [InlineData("main", "README.md", StatusCode.FailedPrecondition)]
    [InlineData("main", "module", StatusCode.FailedPrecondition)]
    [InlineData("main", "link", StatusCode.FailedPrecondition)]
    [InlineData("main", "../x", StatusCode.InvalidArgument)]
    [InlineData("main", "src//deep", StatusCode.InvalidArgument)]
    [InlineData("main", "a\0b", StatusCode.InvalidArgument)]
    public async Task Revision_OrPathThatIsNone_IsRefused(string revision, string path, StatusCode expected) =>
        await AssertRefusedAsync(new() { Revision = revision, Path = path }, expected);

    [Theory]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/b//")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    [InlineData("a\\..\\b")]
    [InlineData("C:/x")]
    [InlineData("a/c:")]
    public async Task Prefix_ThatLeavesTheFolder_IsInvalid(string prefix) => await AssertRefusedAsync(new() { Prefix = prefix }, StatusCode.InvalidArgument);

    [Fact]
    public async Task GiantValues_AreInvalid()
    {
        await AssertRefusedAsync(new() { Prefix = new string('日', 334) }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(new() { Path = new string('x', 5000) }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(new() { Revision = new string('x', 5000) }, StatusCode.InvalidArgument);
        await AssertRefusedAsync(new() { Format = (ArchiveFormat)99 }, StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Repository_WithoutCommits_HasNone() => await AssertRefusedAsync(new() { Repository = "empty" }, StatusCode.NotFound);

    private static string EndingOf(ArchiveFormat format) => format switch { ArchiveFormat.Tar => "tar", ArchiveFormat.TarGz => "tar.gz", _ => "zip" };

    private async Task AssertRefusedAsync(GetArchiveRequest request, StatusCode expected)
    {
        if (request.Revision.Length == 0 && request.Repository.Length == 0) request.Revision = "main";
        var fault = await Assert.ThrowsAsync<RpcException>(() => server.ArchiveAsync(request));
        Assert.Equal(expected, fault.StatusCode);
    }
}
