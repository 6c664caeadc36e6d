using System.Security.Cryptography;
using Granary.Reading.Tests.Objects;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Robustness;

/// <summary>Many reads at once, and while the files below them change.</summary>
public sealed class LoadTests(SturdyServer server) : IClassFixture<SturdyServer>
{
    private const int Streams = 1000;

    [Fact]
    public async Task ThousandStreams_OverOneConnection_AllEndWell()
    {
        var whole = SHA256.HashData((await server.Git.TryAsync("cat-file", "blob", "main:data.bin")).OutputBytes);
        using var channel = server.NewChannel();
        var blobs = new BlobService.BlobServiceClient(channel);
        var trees = new TreeService.TreeServiceClient(channel);
        var reads = Enumerable.Range(0, Streams).Select(async i =>
        {
            if (i % 2 == 0)
            {
                var messages = await ReadingServer.AllAsync(blobs.GetBlob(server.BlobOf("main", "data.bin"), server.Login));
                return whole.AsSpan().SequenceEqual(SHA256.HashData([.. messages.Skip(1).SelectMany(static m => m.Data)]));
            }

            var request = new ListTreeRequest { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = "main", Path = "src" };
            return (await ReadingServer.AllAsync(trees.ListTree(request, server.Login))).Count > 1;
        });
        Assert.DoesNotContain(false, await Task.WhenAll(reads));
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task Watches_OnTheConnectionOfAWebServer_LeaveRoomForOtherCalls()
    {
        const int watches = 300;
        using var channel = server.NewChannel();
        var client = new WatchService.WatchServiceClient(channel);
        using var end = new CancellationTokenSource();
        var request = new WatchRepositoryRequest { Project = ReadingServer.Project, Repository = ReadingServer.Repository };
        var calls = Enumerable.Range(0, watches).Select(_ => client.WatchRepository(request, server.Login, cancellationToken: end.Token)).ToList();
        Assert.DoesNotContain(false, await Task.WhenAll(calls.Select(static c => c.ResponseStream.MoveNext(default)).ToList()).WaitAsync(Until.DefaultBound));
        var commit = await new CommitService.CommitServiceClient(channel).GetCommitAsync(
            new GetCommitRequest { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = "main" }, server.Login, DateTime.UtcNow + Until.DefaultBound);
        Assert.NotEmpty(commit.Commit.CommitId);
        await end.CancelAsync();
        calls.ForEach(static c => c.Dispose());
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task Reads_WhilePushesAndHousekeepingReplacePacks_AllSucceed()
    {
        const int readers = 8;
        const int readsOfEach = 150;
        var changing = true;
        var done = 0;
        var reading = Enumerable.Range(0, readers).Select(async reader =>
        {
            // At least so many, and until the last pack was replaced.
            for (var i = 0; i < readsOfEach || Volatile.Read(ref changing); i++)
            {
                await ReadAsync(reader + i);
                Interlocked.Increment(ref done);
            }
        }).ToArray();

        var packs = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            await server.PushAsync(i);
            await server.Server.Admin.PostAsync($"projects/{ReadingServer.Project}/repositories/{ReadingServer.Repository}/maintenance", new { });
            packs.Add(await PacksAsync());
        }

        Volatile.Write(ref changing, false);
        await Task.WhenAll(reading);
        Assert.Equal(5, packs.Count);
        Assert.True(done >= readers * readsOfEach);
        await server.UntilQuietAsync();
    }

    private async Task<string> PacksAsync()
    {
        var folder = await server.Server.FolderOfAsync(ReadingServer.Project, ReadingServer.Repository);
        return string.Join(' ', Directory.GetFiles(Path.Combine(folder, "objects", "pack"), "*.pack").Order(StringComparer.Ordinal));
    }

    private async Task ReadAsync(int which)
    {
        const string project = ReadingServer.Project;
        const string repository = ReadingServer.Repository;
        switch (which % 4)
        {
            case 0:
                Assert.Equal(5, (await ReadingServer.AllAsync(server.Blobs.GetBlob(server.BlobOf("main", "data.bin"), server.Login))).Count);
                break;
            case 1:
                var commit = await server.Commits.GetCommitAsync(new() { Project = project, Repository = repository, Revision = "main" }, server.Login);
                Assert.Equal(40, commit.Commit.CommitId.Length);
                break;
            case 2:
                var tree = new ListTreeRequest { Project = project, Repository = repository, Revision = "main", Recursive = true };
                Assert.NotEmpty(await ReadingServer.AllAsync(server.Trees.ListTree(tree, server.Login)));
                break;
            default:
                await ReadObjectsAsync();
                break;
        }
    }

    private async Task ReadObjectsAsync()
    {
        using var call = server.Objects.ReadObjects(server.Login);
        await call.RequestStream.WriteAsync(ObjectCalls.Header());
        foreach (var name in new[] { "main", "main:", "main:src/renamed.txt", "v1.0" }) await call.RequestStream.WriteAsync(ObjectCalls.Query(name));
        await call.RequestStream.CompleteAsync();
        var found = 0;
        await foreach (var message in call.ResponseStream.ReadAllAsync()) found += message.PartCase == ReadObjectsResponse.PartOneofCase.Info ? 1 : 0;
        Assert.Equal(4, found);
    }
}
