using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.Archives;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.Tests.UploadPack;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.Archives;

public sealed class ArchiveSessionTests : IUploadArchive, IDisposable
{
    private readonly FakeUploadPack _places = new();
    private RefSnapshot _refs = Refs.Snapshot("refs/heads/main", ("refs/heads/main", Refs.Id(1), null));
    private byte[] _answer = [];
    private string? _request;

    public void Dispose() => _places.Dispose();

    [Fact]
    public async Task Serve_Arguments_ArePassedOnAsTheyCame()
    {
        var request = Wire.Lines("argument --format=zip\n", "argument HEAD\n") + Wire.Flush;
        await ServeAsync(request);
        Assert.Equal(request, _request);
        Assert.Equal(0, _places.Inside);
    }

    [Fact]
    public async Task Serve_ClientThatTakesNothing_LendsItsPlaceMeanwhile()
    {
        _answer = new byte[64 << 10];
        var slow = new Pipe(new PipeOptions(pauseWriterThreshold: 32 << 10, resumeWriterThreshold: 16 << 10));
        var serving = ServeAsync(Wire.Lines("argument HEAD\n") + Wire.Flush, slow.Writer);
        await _places.Paused.WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel);
        Assert.Equal(0, _places.Inside);
        slow.Reader.AdvanceTo((await slow.Reader.ReadAsync(Wire.Cancel)).Buffer.End);
        await serving;
        Assert.Equal(0, _places.Inside);
    }

    [Fact]
    public async Task Serve_NoPlace_IsBusyAndNothingRuns()
    {
        _places.Busy = true;
        await Assert.ThrowsAsync<GitBusyException>(() => ServeAsync(Wire.Lines("argument HEAD\n") + Wire.Flush));
        Assert.Null(_request);
    }

    public static TheoryData<string> BadRequests => new(
        Wire.Lines("command=fetch\n") + Wire.Flush,
        Wire.Lines("argument HEAD\n"),
        Wire.Lines(Enumerable.Repeat("argument x\n", 65)) + Wire.Flush,
        Wire.Lines("argument " + new string('x', 5000)) + Wire.Flush);

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Serve_BadRequest_IsRefusedBeforeGit(string request)
    {
        await Assert.ThrowsAsync<GitProtocolException>(() => ServeAsync(request));
        Assert.Null(_request);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("heads/secret")]
    [InlineData("refs/heads/secret:folder")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task Serve_NameOfAHiddenRef_IsAnsweredLikeOneThatIsNotThere(string name)
    {
        Hide();
        var fault = await Assert.ThrowsAsync<GitProcessException>(() => ServeAsync(Wire.Lines("argument --format=tar\n", $"argument {name}\n") + Wire.Flush));
        Assert.Equal("sent error to the client: git upload-archive: archiver died with error", fault.Message);
        Assert.Null(_request);
        Assert.Equal(0, _places.Inside);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("both")]
    [InlineData("HEAD")]
    public async Task Serve_VisibleNameBesideHiddenOnes_IsPassedOn(string name)
    {
        Hide();
        var request = Wire.Lines($"argument {name}\n") + Wire.Flush;
        await ServeAsync(request);
        Assert.Equal(request, _request);
    }

    private void Hide() => _refs = Refs.Snapshot(
        "refs/heads/main", ("refs/heads/both", Refs.Id(1), null), ("refs/heads/main", Refs.Id(1), null), ("refs/heads/secret", Refs.Id(2), null),
        ("refs/remotes/both", Refs.Id(2), null)).Hiding(["refs/heads/secret", "refs/remotes"], new RefVersion(1, 2));

    async Task IUploadArchive.RunAsync(RepositoryId repository, ReadOnlyMemory<byte> request, PipeWriter response, CancellationToken cancellationToken)
    {
        Assert.Equal(1, _places.Inside);
        _request = Wire.Text(request.Span);
        await response.WriteAsync(_answer, cancellationToken);
    }

    private Task ServeAsync(string request, PipeWriter? response = null) => new ArchiveSession(new FakeRefCache(_refs), _places, this, TimeProvider.System)
        .ServeAsync(RepositoryId.New(), new Requester("x"), Wire.Reader(request), response ?? new Pipe().Writer, Wire.Cancel);
}
