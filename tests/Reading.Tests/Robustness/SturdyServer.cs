using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Reading.Tests.Robustness;

/// <summary>A server of its own, so that what it measures is of these tests alone; it soon gives up on clients, and removes replaced packs at once.</summary>
public sealed class SturdyServer : IAsyncLifetime
{
    public const int LargeSize = 24_000_000;

    private readonly TemporaryFolder _folder = new();
    private GrpcChannel? _channel;

    internal GranaryServer Server { get; private set; } = null!;

    internal RealGit Git { get; private set; } = null!;

    internal GrpcChannel Channel => _channel!;

    internal BlobService.BlobServiceClient Blobs => new(Channel);

    internal ObjectService.ObjectServiceClient Objects => new(Channel);

    internal CommitService.CommitServiceClient Commits => new(Channel);

    internal TreeService.TreeServiceClient Trees => new(Channel);

    internal Metadata Login { get; } = ReadingServer.LoginOf(GranaryServer.AdminName, GranaryServer.AdminPassword);

    private string Remote => Server.RepositoryUrl($"{ReadingServer.Project}/{ReadingServer.Repository}.git", GranaryServer.AdminName, GranaryServer.AdminPassword);

    public async ValueTask InitializeAsync()
    {
        Server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Rpc__StreamStallTimeout"] = "00:00:02",
            ["Granary__Watch__MaxWatchesPerUser"] = "1000",
            ["Granary__Housekeeping__Automatic"] = "false",
            ["Granary__Housekeeping__ReplacedPackGrace"] = "00:00:00",
            ["Granary__Housekeeping__RecentPackGrace"] = "00:00:00",
        });
        _channel = NewChannel();
        await Server.Admin.CreateProjectAsync(ReadingServer.Project);
        await Server.Admin.CreateRepositoryAsync(ReadingServer.Project, ReadingServer.Repository);
        Git = await SampleRepository.CreateAsync(RealGit.Create(_folder.Path));
        var content = new byte[LargeSize];
        new Random(5).NextBytes(content);
        var import = new FastImport();
        import.Commit("refs/heads/large", "A large file");
        import.File("large.bin", content);
        await Git.FeedAsync(import.Bytes, "fast-import", "--quiet");
        await Git.RunAsync("push", "-q", Remote, "refs/*:refs/*");
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>All calls over one connection.</summary>
    internal GrpcChannel NewChannel() => GrpcChannel.ForAddress(Server.RpcUrl, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
        DisposeHttpClient = true,
    });

    internal GetBlobRequest BlobOf(string revision, string path) =>
        new() { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = revision, Path = path };

    /// <summary>Pushes a new commit to a branch.</summary>
    internal async Task PushAsync(int number)
    {
        var import = new FastImport();
        import.Commit("refs/heads/work", $"Work {number}");
        import.File($"work-{number}.txt", $"{number}\n");
        await Git.FeedAsync(import.Bytes, "fast-import", "--quiet", "--force");
        await Git.RunAsync("push", "-q", "-f", Remote, "refs/heads/work");
    }

    /// <summary>Waits until no read or call is under way, and nothing is held for one.</summary>
    internal Task UntilQuietAsync() => Metrics.UntilAsync(Server, "nothing is held any more", static now =>
        now.Sum("granary_reading_blob_memory_bytes") == 0 && now.Sum("granary_reading_handle_uses") == 0 && now.Sum("granary_reading_streams") == 0
        && now.Sum("granary_reading_running") == 0 && now.Sum("granary_reading_waiting") == 0 && now.Sum("granary_requests_running", ("protocol", "rpc")) == 0);
}
