using Google.Protobuf;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Blame;

/// <summary>The same commit, line and path for each line as <c>git blame</c>, with and without a commit-graph.</summary>
public sealed class BlameTests(BlameRepository history) : IClassFixture<BlameRepository>
{
    private readonly ReadingServer _server = history.Reading;

    [Theory]
    [InlineData("main", false)]
    [InlineData("b0", false)]
    [InlineData("b1", false)]
    [InlineData("b2", false)]
    [InlineData("main", true)]
    [InlineData("b1", true)]
    public async Task EachFile_OfAGeneratedHistory_IsGitsBlame(string revision, bool ignoresWhitespace)
    {
        var (merged, renamed) = (0, 0);
        foreach (var path in (await history.Git.RunAsync("ls-tree", "-r", "--name-only", revision)).Split('\n'))
        {
            var expected = await GitBlame.AskAsync(history.Git, revision, path, ignoresWhitespace ? ["-w"] : []);
            if (expected.Any(line => line.Path != path)) renamed++;
            if (expected.DistinctBy(static line => line.Commit).Count() > 10) merged++;
            foreach (var repository in (string[])[BlameRepository.Plain, BlameRepository.WithGraph])
            {
                var found = await BlameRepository.LinesAsync(
                    _server, repository, request => (request.Revision, request.Path, request.IgnoreWhitespace) = (revision, path, ignoresWhitespace));
                Assert.Equal(expected, found);
            }
        }

        Assert.True(renamed > 5 && merged > 5, $"{renamed} renamed, {merged} with many commits");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 9)]
    [InlineData(12, 0)]
    [InlineData(0, 3)]
    [InlineData(4, 2_000_000_000)]
    public async Task Range_IsThatPartOfIt(int first, int last)
    {
        var whole = await BlameRepository.LinesAsync(_server, BlameRepository.WithGraph, static request => request.Path = "src/m1/f1.txt");
        var part = await BlameRepository.LinesAsync(
            _server, BlameRepository.WithGraph, request => (request.Path, request.FirstLine, request.LastLine) = ("src/m1/f1.txt", first, last));
        Assert.True(whole.Count > 20);
        Assert.Equal(whole.Where(line => line.Line >= first && (last == 0 || line.Line <= last)), part);
    }

    [Fact]
    public async Task Runs_AreAsLongAsTheyCanBe_AndHeadsComeOnce()
    {
        var messages = await BlameRepository.MessagesAsync(_server, BlameRepository.WithGraph, static request => request.Path = "src/m1/f1.txt");
        var runs = BlameRepository.RunsOf(messages).ToList();
        Assert.All(runs.Zip(runs.Skip(1)), static pair => Assert.False(
            pair.First.CommitId == pair.Second.CommitId && pair.First.OriginalPath == pair.Second.OriginalPath
            && pair.First.OriginalLine + pair.First.LineCount == pair.Second.OriginalLine));
        var heads = messages.Skip(1).SelectMany(static message => message.Runs.Commits).ToList();
        Assert.Equal(runs.Select(static run => run.CommitId).Distinct(), heads.Select(static commit => commit.CommitId));
        foreach (var head in heads)
        {
            var expected = await history.Git.RunAsync("show", "-s", "--format=%an <%ae> %at %s", head.CommitId);
            Assert.Equal(expected, $"{head.Author.Name} <{head.Author.Mail}> {head.Author.Time.Seconds} {head.Subject}");
        }
    }

    [Fact]
    public async Task File_IsToldFirst()
    {
        var messages = await BlameRepository.MessagesAsync(_server, ReadingServer.Repository, static request => (request.Revision, request.Path) = ("v1.0", "run.sh"));
        var file = messages[0].File;
        Assert.Equal(
            (await _server.Git.RunAsync("rev-parse", "v1.0^{commit}"), await _server.Git.RunAsync("rev-parse", "v1.0:run.sh"), "100755", 1),
            (file.CommitId, file.BlobId, file.Mode, file.LineCount));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/renamed.txt")]
    [InlineData("side/one.txt")]
    [InlineData("sjis.txt")]
    [InlineData("utf16.txt")]
    [InlineData("data.bin")]
    [InlineData("link")]
    [InlineData("empty")]
    [InlineData("big/f0123.txt")]
    public async Task Sample_EachFile_IsGitsBlame(string path) => Assert.Equal(
        await GitBlame.AskAsync(_server.Git, "main", path),
        await BlameRepository.LinesAsync(_server, ReadingServer.Repository, request => request.Path = path));

    [Fact]
    public async Task OddPath_IsFoundByItsBytes()
    {
        var expected = await GitBlame.AskForOctalAsync(_server.Git, "main", @"odd/caf\351.txt");
        Assert.Equal("odd/caf\u00e9.txt", Assert.Single(expected).Path);
        Assert.Equal(expected, await BlameRepository.LinesAsync(
            _server, ReadingServer.Repository, static request => request.RawPath = ByteString.CopyFrom(SampleRepository.OddPath)));
    }

    [Fact]
    public async Task Json_HasTheSame()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{_server.Server.Url}/api/v1/projects/{ReadingServer.Project}/repositories/{BlameRepository.Plain}/blame?path=src/m1/f1.txt&firstLine=3");
        request.Headers.TryAddWithoutValidation("authorization", _server.Login.GetValue("authorization"));
        using var reply = await client.SendAsync(request);
        var lines = (await reply.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = await BlameRepository.MessagesAsync(
            _server, BlameRepository.Plain, static ask => (ask.Path, ask.FirstLine) = ("src/m1/f1.txt", 3));
        Assert.Equal(expected, lines.Select(BlameResponse.Parser.ParseJson));
    }

    [Theory]
    [InlineData("main", "absent", 0, 0, StatusCode.NotFound)]
    [InlineData("no-such-branch", "README.md", 0, 0, StatusCode.NotFound)]
    [InlineData("of-tree", "README.md", 0, 0, StatusCode.NotFound)]
    [InlineData("main", "src", 0, 0, StatusCode.FailedPrecondition)]
    [InlineData("main", "module", 0, 0, StatusCode.FailedPrecondition)]
    [InlineData("main", "", 0, 0, StatusCode.InvalidArgument)]
    [InlineData("main", "../packed-refs", 0, 0, StatusCode.InvalidArgument)]
    [InlineData("main", "a\0b", 0, 0, StatusCode.InvalidArgument)]
    [InlineData("main", "README.md", 2, 0, StatusCode.InvalidArgument)]
    [InlineData("main", "README.md", int.MaxValue, 0, StatusCode.InvalidArgument)]
    [InlineData("main", "README.md", -1, 0, StatusCode.InvalidArgument)]
    [InlineData("main", "README.md", 0, -1, StatusCode.InvalidArgument)]
    [InlineData("main", "src/renamed.txt", 3, 2, StatusCode.InvalidArgument)]
    [InlineData("main", "empty", 2, 0, StatusCode.InvalidArgument)]
    public async Task BadRequest_IsRefused(string revision, string path, int first, int last, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => BlameRepository.MessagesAsync(
            _server, ReadingServer.Repository, request => (request.Revision, request.Path, request.FirstLine, request.LastLine) = (revision, path, first, last)));
        Assert.Equal(expected, fault.StatusCode);
    }
}
