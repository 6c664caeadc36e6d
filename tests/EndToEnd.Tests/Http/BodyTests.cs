using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Http;

/// <summary>The ways in which a request's body may come.</summary>
public sealed class BodyTests(SharedServer shared)
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Fetch_WithManyHaves_IsGzippedByGitAndServed(int version)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.Git.RunAsync("init", "-q", "-b", "local", "copy");
        var copy = Speaking(repository.Git.In("copy"), version).With("GIT_TRACE_CURL", repository["curl"]).With("GIT_TRACE_CURL_NO_DATA", "1");
        await copy.FeedAsync(ManyCommits(300), "fast-import", "--quiet");
        await copy.RunAsync("fetch", "-q", repository.Url, "main");
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await copy.RunAsync("rev-parse", "FETCH_HEAD"));
        var trace = await File.ReadAllTextAsync(repository["curl"]);
        Assert.Contains("content-encoding: gzip", trace, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Push_LargerThanThePostBuffer_IsChunkedByGitAndAccepted()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, "large"), RandomNumberGenerator.GetBytes(3_000_000));
        await work.RunAsync("add", "large");
        await work.RunAsync("commit", "-q", "-m", "large");
        await work.With("GIT_TRACE_CURL", repository["curl"]).With("GIT_TRACE_CURL_NO_DATA", "1")
            .RunAsync("-c", "http.postBuffer=65536", "push", "-q", "origin", "main");
        var trace = await File.ReadAllTextAsync(repository["curl"]);
        Assert.Contains("transfer-encoding: chunked", trace, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(await work.RunAsync("rev-parse", "HEAD"), await repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("identity")]
    public async Task LsRefs_WithAKnownEncoding_IsAnswered(string encoding)
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var body = encoding == "identity" ? Wire.LsRefs : Gzip(Wire.LsRefs);
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.UploadPack, body, Wire.MemberLogin, request =>
        {
            Wire.Speak2(request);
            request.Content!.Headers.ContentEncoding.Add(encoding);
        });
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Contains("refs/heads/main", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LsRefs_ChunkedByteByByte_IsAnswered()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var body = new StringBuilder();
        foreach (var c in Wire.LsRefs) body.Append("1\r\n").Append((char)c).Append("\r\n");
        var head = $"POST /{repository.Path}/git-upload-pack HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nGit-Protocol: version=2\r\n"
            + RawHttp.Authorization(SharedServer.Member, SharedServer.MemberPassword)
            + "Content-Type: application/x-git-upload-pack-request\r\nTransfer-Encoding: chunked\r\n\r\n";
        var reply = await RawHttp.ExchangeAsync(shared.Server.Port, head, Encoding.Latin1.GetBytes(body + "0\r\n\r\n"));
        Assert.Equal(200, reply.Status);
        Assert.Contains("refs/heads/main", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_ThatExpectsContinue_IsToldToGoOn()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        var tip = await work.RunAsync("rev-parse", "HEAD");
        var body = Wire.Push(Wire.Zero, tip, "refs/heads/main", await Wire.PackAllAsync(work));
        using var connection = await RawHttp.ConnectAsync(shared.Server.Port);
        var more = RawHttp.Authorization(SharedServer.Member, SharedServer.MemberPassword) + "Expect: 100-continue\r\n";
        await connection.SendAsync(RawHttp.PostHead("/" + repository.Path, Wire.ReceivePack, body.Length, more));
        Assert.StartsWith("HTTP/1.1 100", await connection.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await connection.SendAsync("", body);
        var reply = await connection.ReadReplyAsync();
        Assert.Equal(200, reply.Status);
        Assert.Contains("ok refs/heads/main", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_ThatExpectsContinueWithoutALogin_IsRefusedBeforeItsBody()
    {
        using var repository = await shared.NewRepositoryAsync();
        var head = RawHttp.PostHead("/" + repository.Path, Wire.ReceivePack, 1_000_000_000, "Expect: 100-continue\r\n");
        var reply = await RawHttp.ExchangeAsync(shared.Server.Port, head);
        Assert.Equal(401, reply.Status);
    }

    [Fact]
    public async Task LsRefsAndPush_OverHttp2WithoutTls_Work()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var url = $"{shared.Server.RpcUrl}/{repository.Path}";
        var refs = await Wire.PostAsync(url, Wire.UploadPack, Wire.LsRefs, Wire.MemberLogin, static request =>
        {
            Wire.Speak2(request);
            Http2(request);
        });
        Assert.Equal(HttpStatusCode.OK, refs.Status);
        Assert.Contains("refs/heads/main", refs.Text, StringComparison.Ordinal);

        var tip = await TestRepository.CommitAsync(work, "more", "more\n");
        var body = Wire.Push(Wire.Zero, tip, "refs/heads/over-http2", await Wire.PackAllAsync(work));
        var push = await Wire.PostAsync(url, Wire.ReceivePack, body, Wire.MemberLogin, Http2);
        Assert.Contains("ok refs/heads/over-http2", push.Text, StringComparison.Ordinal);
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static void Http2(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    private static Git Speaking(Git git, int version) => git
        .With("GIT_CONFIG_COUNT", "1").With("GIT_CONFIG_KEY_0", "protocol.version").With("GIT_CONFIG_VALUE_0", version == 0 ? "0" : "2");

    /// <summary>A history that the server has nothing of, so that git offers all of it.</summary>
    private static string ManyCommits(int count)
    {
        var stream = new StringBuilder();
        for (var i = 1; i <= count; i++)
            stream.Append(CultureInfo.InvariantCulture, $"commit refs/heads/local\ncommitter A <a@example.org> {1_700_000_000 + i} +0000\ndata 1\nx\n");
        return stream.ToString();
    }
}
