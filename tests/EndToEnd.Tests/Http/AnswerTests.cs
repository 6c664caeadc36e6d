using System.Net;

namespace Granary.EndToEnd.Tests.Http;

/// <summary>Content types, cache headers, and answers to those who come with the wrong tool.</summary>
public sealed class AnswerTests(SharedServer shared)
{
    [Theory]
    [InlineData("git-upload-pack")]
    [InlineData("git-receive-pack")]
    public async Task InfoRefs_OfAService_HasItsContentTypeAndIsNotCached(string service)
    {
        using var repository = await shared.NewRepositoryAsync();
        var reply = await Wire.GetAsync($"{repository.AnonymousUrl}/info/refs?service={service}", Wire.MemberLogin);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal($"application/x-{service}-advertisement", reply.Headers["content-type"]);
        Assert.Contains($"# service={service}\n0000", reply.Text, StringComparison.Ordinal);
        AssertNotCached(reply);
    }

    [Fact]
    public async Task InfoRefs_InVersion2_IsTheCapabilityAdvertisement()
    {
        using var repository = await shared.NewRepositoryAsync();
        var reply = await Wire.GetAsync($"{repository.AnonymousUrl}/info/refs?service=git-upload-pack", Wire.MemberLogin, Wire.Speak2);
        Assert.StartsWith("000eversion 2\n", reply.Text, StringComparison.Ordinal);
        Assert.Contains("ls-refs=unborn", reply.Text, StringComparison.Ordinal);
        Assert.Contains("ref-in-want", reply.Text, StringComparison.Ordinal);
        AssertNotCached(reply);
    }

    [Theory]
    [InlineData("git-upload-pack")]
    [InlineData("git-receive-pack")]
    public async Task Post_OfALoneFlush_HasTheResultsContentType(string service)
    {
        using var repository = await shared.NewRepositoryAsync();
        var reply = await Wire.PostAsync(repository.AnonymousUrl, service, Wire.Flush, Wire.MemberLogin);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal($"application/x-{service}-result", reply.Headers["content-type"]);
        AssertNotCached(reply);
    }

    [Fact]
    public async Task DumbProtocol_OfRealGit_IsToldWhatToUse()
    {
        using var repository = await shared.NewRepositoryAsync(@public: true);
        await repository.NewPushedWorkAsync();
        var clone = await repository.Git.With("GIT_SMART_HTTP", "0").TryAsync("clone", repository.AnonymousUrl, "copy");
        Assert.NotEqual(0, clone.ExitCode);
        Assert.Contains("smart HTTP", clone.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("info/refs")]
    [InlineData("info/refs?service=git-upload-archive")]
    [InlineData("info/refs?service=git-upload-pack&service=git-receive-pack")]
    [InlineData("HEAD")]
    [InlineData("objects/info/packs")]
    [InlineData("objects/00/11223344556677889900aabbccddeeff001122")]
    public async Task DumbProtocol_AnyAddress_IsForbiddenWithASentence(string path)
    {
        using var repository = await shared.NewRepositoryAsync(@public: true);
        await repository.NewPushedWorkAsync();
        var reply = await Wire.GetAsync($"{repository.AnonymousUrl}/{path}");
        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
        Assert.Contains("smart HTTP", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lfs_Batch_IsNotSupportedYet()
    {
        using var repository = await shared.NewRepositoryAsync();
        var reply = await Wire.PostAsync($"{repository.AnonymousUrl}/info/lfs/objects", "batch", [], Wire.MemberLogin);
        Assert.Equal(HttpStatusCode.NotImplemented, reply.Status);
        Assert.StartsWith("application/vnd.git-lfs+json", reply.Headers["content-type"], StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Git LFS is not supported yet.", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_AtAnyCloneAddress_IsToldTheSame()
    {
        using var repository = await shared.NewRepositoryAsync();
        var real = await Wire.GetAsync(repository.AnonymousUrl);
        var missing = await Wire.GetAsync(shared.Server.RepositoryUrl($"{repository.Project}/nothing.git"));
        Assert.Equal(HttpStatusCode.OK, real.Status);
        Assert.Contains($"git clone {repository.AnonymousUrl}", real.Text, StringComparison.Ordinal);
        Assert.Equal(real.Status, missing.Status);
        Assert.Equal(real.Text.Replace("/repo.git", "", StringComparison.Ordinal), missing.Text.Replace("/nothing.git", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Error_OfAnyKind_CarriesARequestId()
    {
        using var repository = await shared.NewRepositoryAsync();
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.UploadPack, "zzzz"u8.ToArray(), Wire.MemberLogin, Wire.Speak2);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Matches(@"\(request [0-9A-Z:]+\)\n$", reply.Text);
        AssertNotCached(reply);
    }

    private static void AssertNotCached(HttpReply reply)
    {
        foreach (var directive in (string[])["no-cache", "max-age=0", "must-revalidate"])
            Assert.Contains(directive, reply.Headers["cache-control"], StringComparison.Ordinal);
        Assert.Equal("no-cache", reply.Headers["pragma"]);
        Assert.Equal("Fri, 01 Jan 1980 00:00:00 GMT", reply.Headers["expires"]);
    }
}
