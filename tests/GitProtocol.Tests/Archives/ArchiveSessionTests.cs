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

    Task IUploadArchive.RunAsync(RepositoryId repository, ReadOnlyMemory<byte> request, PipeWriter response, CancellationToken cancellationToken)
    {
        Assert.Equal(1, _places.Inside);
        _request = Wire.Text(request.Span);
        return Task.CompletedTask;
    }

    private Task ServeAsync(string request) =>
        new ArchiveSession(_places, this).ServeAsync(RepositoryId.New(), Wire.Reader(request), new Pipe().Writer, Wire.Cancel);
}
