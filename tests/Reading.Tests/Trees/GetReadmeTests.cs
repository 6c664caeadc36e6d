using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Trees;

/// <summary>READMEs of folders.</summary>
public sealed class GetReadmeTests(ReadingServer server, ReadmeRepository readmes) : IClassFixture<ReadmeRepository>
{
    [Theory]
    [InlineData("", "ReadMe.md", "# Best")]
    [InlineData("plain", "plain/README", "plain")]
    [InlineData("sjis", "sjis/README.md", ReadmeRepository.Japanese)]
    [InlineData("mark", "mark/README.md", ReadmeRepository.Japanese)]
    [InlineData("binary", "binary/README", "")]
    public async Task Folder_WithReadmes_GivesTheBestAsText(string path, string file, string text)
    {
        var readme = await GetAsync(path);
        Assert.Equal((file, text, false, path == "binary"), (readme.Path, readme.Text, readme.Cut, readme.Info.Binary));
    }

    [Fact]
    public async Task Readme_ThatIsLong_IsCut()
    {
        var readme = await GetAsync("long");
        Assert.Equal((1 << 20, true, 1_500_000), (readme.Text.Length, readme.Cut, readme.Info.Size));
    }

    [Theory]
    [InlineData("linked", StatusCode.NotFound)]
    [InlineData("folder", StatusCode.NotFound)]
    [InlineData("absent", StatusCode.NotFound)]
    [InlineData("README", StatusCode.FailedPrecondition)]
    public async Task Folder_WithoutAReadme_IsRefused(string path, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => GetAsync(path));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Fact]
    public async Task Json_HasTheText()
    {
        var json = await server.Server.Admin.GetAsync($"projects/{ReadingServer.Project}/repositories/{readmes.Name}/readme?path=sjis");
        Assert.Equal((ReadmeRepository.Japanese, "shift_jis"), (json.GetProperty("text").GetString(), json.GetProperty("info").GetProperty("encoding").GetString()));
    }

    private async Task<Readme> GetAsync(string path)
    {
        var request = new GetReadmeRequest { Project = ReadingServer.Project, Repository = readmes.Name, Path = path };
        return (await server.Trees.GetReadmeAsync(request, server.Login)).Readme;
    }
}
