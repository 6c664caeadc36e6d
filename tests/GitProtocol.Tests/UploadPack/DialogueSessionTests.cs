using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Frontends.Requests;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

public sealed class DialogueSessionTests : IDisposable
{
    private static readonly RepositoryId Repository = RepositoryId.New();
    private static readonly string Want = Wire.Line($"want {Refs.Id(1)} ofs-delta\n");

    private readonly FakeUploadPack _places = new();
    private readonly FakeFetchDialogue _git = new();
    private FakeRefCache _refs = new(Refs.Snapshot("refs/heads/main", ("refs/heads/main", Refs.Id(1), null)));
    private readonly Pipe _request = new();
    private readonly MemoryStream _output = new();

    public void Dispose()
    {
        _places.Dispose();
        _output.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData(Wire.Flush)]
    public async Task Serve_ClientThatOnlyLooks_StartsNothing(string request)
    {
        await SayAsync(request);
        await _request.Writer.CompleteAsync();
        await ServeAsync();
        Assert.False(_git.Started.IsCompleted);
        var lines = Wire.Split(_output.ToArray());
        Assert.Contains(" HEAD\0", lines[0], StringComparison.Ordinal);
        Assert.Contains("allow-reachable-sha1-in-want", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("no-done", lines[0], StringComparison.Ordinal);
        Assert.Equal(Wire.Flush, lines[^1]);
    }

    [Fact]
    public async Task Serve_V1_BeginsWithTheVersion()
    {
        await _request.Writer.CompleteAsync();
        await ServeAsync(GitProtocolVersion.V1);
        Assert.Equal("version 1\n", Wire.Split(_output.ToArray())[0]);
    }

    [Fact]
    public async Task Serve_Fetch_PassesEverythingOnAndTakesAPlaceWithDone()
    {
        _places.Busy = true;
        var serving = ServeAsync();
        var negotiation = Want + Wire.Line("shallow " + Refs.Id(2)) + Wire.Flush + Wire.Line($"have {Refs.Id(3)}\n") + Wire.Flush;
        await SayAsync(negotiation);
        await _git.Started.WaitAsync(Wire.Cancel);
        _places.Busy = false;
        await SayAsync(Wire.Line("done\n"));

        // The client's side stays open.
        await serving.WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel);
        Assert.Equal(negotiation + Wire.Line("done\n"), _git.Heard);
        Assert.EndsWith("answer", Wire.Text(_output.ToArray()), StringComparison.Ordinal);
        Assert.Equal(0, _places.Inside);
    }

    [Fact]
    public async Task Serve_NoPlaceAtDone_IsBusy()
    {
        _places.Busy = true;
        await SayAsync(Want + Wire.Flush + Wire.Line("done\n"));
        await Assert.ThrowsAsync<GitBusyException>(() => ServeAsync());
    }

    [Fact]
    public async Task Serve_ClientThatTakesNothing_LendsItsPlaceMeanwhile()
    {
        _git.Answer = new byte[64 << 10];
        await SayAsync(Want + Wire.Flush + Wire.Line("done\n"));
        var slow = new Pipe(new PipeOptions(pauseWriterThreshold: 32 << 10, resumeWriterThreshold: 16 << 10));
        var serving = ServeAsync(slow.Writer);
        await _places.Paused.WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel);
        Assert.Equal(0, _places.Inside);
        await slow.Reader.CopyToAsync(_output, Wire.Cancel);
        await serving;
        Assert.Equal(0, _places.Inside);
        Assert.True(_output.Length > _git.Answer.Length);
    }

    [Fact]
    public async Task Serve_GitEndsWhileTheClientThinks_Ends()
    {
        _git.Fault = new GitProcessException("not our ref", GitProcessException.Died);
        await SayAsync(Want + Wire.Flush);
        await Assert.ThrowsAsync<GitProcessException>(() => ServeAsync().WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel));
    }

    [Fact]
    public async Task Serve_WantsWithoutEnd_AreRefusedAtTheLimit()
    {
        await SayAsync(Want + Want + Want);
        var refused = await Assert.ThrowsAsync<GitProtocolException>(() => ServeAsync(maxRequest: 100));
        Assert.Contains("larger than 100 bytes", refused.Message, StringComparison.Ordinal);
        Assert.False(_git.Started.IsCompleted);
    }

    [Fact]
    public async Task Serve_ClientLeavesAmongItsWants_IsRefused()
    {
        await SayAsync(Want);
        await _request.Writer.CompleteAsync();
        await Assert.ThrowsAsync<GitProtocolException>(() => ServeAsync());
    }

    [Theory]
    [InlineData(GitProtocolVersion.V0)]
    [InlineData(GitProtocolVersion.V1)]
    public async Task Serve_HiddenRefs_AreNeitherShownNorServed(GitProtocolVersion version)
    {
        Hide();
        _places.Reaches = static wanted => !wanted.Contains(ObjectId.Parse(Refs.Id(7)));
        await SayAsync(Wire.Line($"want {Refs.Id(7)} ofs-delta\n") + Wire.Flush + Wire.Line("done\n"));
        await ServeAsync(version);
        var lines = Wire.Split(_output.ToArray());
        Assert.DoesNotContain(lines, static line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Equal($"ERR upload-pack: not our ref {Refs.Id(7)}\n", lines[^1]);
        Assert.False(_git.Started.IsCompleted);
        Assert.Equal(0, _places.Inside);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serve_RefusedClientInTheMiddleOfItsWords_IsHeardOut(bool byGit)
    {
        if (byGit) _git.Fault = new GitProcessException("not our ref", GitProcessException.Died);
        await SayAsync((byGit ? Want : Wire.Line($"want {Refs.Id(1)} filter\n") + Wire.Line("filter sparse:oid=main:file\n")) + Wire.Flush);
        var serving = ServeAsync(linger: Timeout.InfiniteTimeSpan);

        // More than a pipe holds: it ends only when somebody reads it.
        await SayAsync(string.Concat(Enumerable.Repeat(Wire.Line($"have {Refs.Id(3)}\n"), 4000))).WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel);
        Assert.False(serving.IsCompleted);
        await _request.Writer.CompleteAsync();
        await Task.WhenAny(serving.WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel));
        Assert.True(serving.IsCompleted);
        Assert.Equal(byGit, serving.IsFaulted);
    }

    [Fact]
    public async Task Serve_RefusedClientThatNeverEnds_IsClosedOn()
    {
        await SayAsync(Wire.Line($"want {Refs.Id(1)} filter\n") + Wire.Line("filter sparse:oid=main:file\n") + Wire.Flush);
        await ServeAsync(linger: TimeSpan.FromMilliseconds(10)).WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel);
        Assert.Contains("ERR upload-pack: filter 'sparse:oid' is not supported", Wire.Text(_output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WantBesideHiddenRefs_IsServedWithoutTheirTags()
    {
        Hide();
        await SayAsync(Wire.Line($"want {Refs.Id(1)} include-tag ofs-delta\n") + Wire.Flush + Wire.Line("done\n"));
        await ServeAsync();
        Assert.Equal(Want + Wire.Flush + Wire.Line("done\n"), _git.Heard);
    }

    private void Hide() => _refs = new FakeRefCache(Refs.Snapshot(
        "refs/heads/main", ("refs/heads/main", Refs.Id(1), null), ("refs/heads/secret", Refs.Id(7), null)).Hiding(["refs/heads/secret"], new RefVersion(1, 2)));

    private async Task ServeAsync(GitProtocolVersion version = GitProtocolVersion.V0, int maxRequest = 1 << 20, TimeSpan linger = default)
    {
        await ServeAsync(PipeWriter.Create(_output, new StreamPipeWriterOptions(leaveOpen: true)), version, maxRequest, linger);
    }

    private async Task ServeAsync(
        PipeWriter response, GitProtocolVersion version = GitProtocolVersion.V0, int maxRequest = 1 << 20, TimeSpan linger = default)
    {
        var options = Options.Create(new GitProtocolOptions { MaxFetchRequest = maxRequest, ErrorLinger = linger });
        await new DialogueSession(_refs, _places, _git, options, TimeProvider.System).ServeAsync(
            Repository, new Requester("x"), version, new RequestMeasure(RequestProtocol.Ssh, TimeProvider.System), _request.Reader, response, Wire.Cancel);
        await response.CompleteAsync();
    }

    private async Task SayAsync(string text) => await _request.Writer.WriteAsync(Wire.Bytes(text), Wire.Cancel);
}
