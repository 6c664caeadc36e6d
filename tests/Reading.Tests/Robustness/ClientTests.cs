using Granary.Reading.Tests.Objects;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Robustness;

/// <summary>Clients that do not behave: what the server held for them comes back.</summary>
public sealed class ClientTests(SturdyServer server) : IClassFixture<SturdyServer>
{
    [Fact]
    public async Task GetBlob_ClientThatStopsReading_IsEndedAndItsMemoryComesBack()
    {
        using var call = server.Blobs.GetBlob(server.BlobOf("large", "large.bin"), server.Login);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(SturdyServer.LargeSize, call.ResponseStream.Current.Info.Size);
        await HeldAsync();
        await server.UntilQuietAsync();
        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call.ResponseStream));
    }

    [Fact]
    public async Task ReadObjects_ClientThatStopsReading_IsEndedAndItsMemoryComesBack()
    {
        using var call = server.Objects.ReadObjects(server.Login);
        await call.RequestStream.WriteAsync(ObjectCalls.Header());
        for (var i = 0; i < 3; i++) await call.RequestStream.WriteAsync(ObjectCalls.Query("large:large.bin"));
        Assert.True(await call.ResponseStream.MoveNext(default));
        await HeldAsync();
        await server.UntilQuietAsync();
        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call.ResponseStream));
    }

    [Fact]
    public async Task ReadObjects_ClientThatAsksForNothing_IsEnded()
    {
        using var call = server.Objects.ReadObjects(server.Login);
        await call.RequestStream.WriteAsync(ObjectCalls.Header());
        await call.RequestStream.WriteAsync(ObjectCalls.Query("main:README.md"));
        var fault = await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call.ResponseStream));
        Assert.Equal(StatusCode.DeadlineExceeded, fault.StatusCode);
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task GetCommitDiff_ClientThatStopsReading_IsEndedAndItsHandleComesBack()
    {
        var request = new GetCommitDiffRequest { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = SturdyServer.Wide };
        using var call = server.Diffs.GetCommitDiff(request, server.Login);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(SturdyServer.WideFiles, call.ResponseStream.Current.Summary.ShownFileCount);
        await OpenAsync("diff");
        await server.UntilQuietAsync();
        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call.ResponseStream));
    }

    [Fact]
    public async Task SearchFiles_ClientThatStopsReading_IsEndedAndItsHandleComesBack()
    {
        using var call = server.Searches.SearchFiles(Search(), server.Login);
        Assert.True(await call.ResponseStream.MoveNext(default));
        await OpenAsync("search");
        await server.UntilQuietAsync();
        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call.ResponseStream));
    }

    [Fact]
    public async Task SearchFiles_Cancelled_Stops()
    {
        using var end = new CancellationTokenSource();
        using var call = server.Searches.SearchFiles(Search(), server.Login, cancellationToken: end.Token);
        Assert.True(await call.ResponseStream.MoveNext(default));
        await OpenAsync("search");
        await end.CancelAsync();
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task CancelledCalls_Stop()
    {
        using var end = new CancellationTokenSource();
        using var blob = server.Blobs.GetBlob(server.BlobOf("large", "large.bin"), server.Login, cancellationToken: end.Token);
        using var objects = server.Objects.ReadObjects(server.Login, cancellationToken: end.Token);
        await objects.RequestStream.WriteAsync(ObjectCalls.Header());
        for (var i = 0; i < 3; i++) await objects.RequestStream.WriteAsync(ObjectCalls.Query("main:data.bin"));
        Assert.True(await blob.ResponseStream.MoveNext(default));
        Assert.True(await objects.ResponseStream.MoveNext(default));
        await HeldAsync();
        await end.CancelAsync();
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task Blame_CancelledAfterItsFirstMessage_LeavesNothingBehind()
    {
        using var end = new CancellationTokenSource();
        for (var i = 0; i < 20; i++)
        {
            using var call = new BlameService.BlameServiceClient(server.Channel).Blame(
                new() { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = "main", Path = "data.bin" },
                server.Login,
                cancellationToken: end.Token);
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.True(call.ResponseStream.Current.File.LineCount > 100);
        }

        await end.CancelAsync();
        await server.UntilQuietAsync();
    }

    private static async Task DrainAsync<T>(IAsyncStreamReader<T> stream)
    {
        await foreach (var _ in stream.ReadAllAsync())
        {
            // It only has to end.
        }
    }

    private static SearchFilesRequest Search() =>
        new() { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = SturdyServer.Wide, Pattern = "wide" };

    /// <summary>Waits for a stream that stands still with its share of an object store.</summary>
    private Task OpenAsync(string kind) => Metrics.UntilAsync(
        server.Server, "a stream is open", now => now.Sum("granary_reading_streams", ("kind", kind)) == 1 && now.Sum("granary_reading_handle_uses") == 1);

    private Task HeldAsync() => Metrics.UntilAsync(
        server.Server, "a large file is held", static now => now.Sum("granary_reading_blob_memory_bytes") >= SturdyServer.LargeSize);
}
