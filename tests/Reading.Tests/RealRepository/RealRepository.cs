using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Reading.Tests.RealRepository;

/// <summary>
/// A repository that people made, on a server of its own: the bare one that <c>GRANARY_REAL_REPOSITORY</c> names, with its branches and
/// tags. Without that variable the tests of it are skipped: no such repository is reachable where the suite runs.
/// </summary>
public sealed class RealRepository : IAsyncLifetime
{
    private static readonly string? Origin = Environment.GetEnvironmentVariable("GRANARY_REAL_REPOSITORY");

    private readonly TemporaryFolder _folder = new();
    private GranaryServer? _server;
    private Clone? _clone;

    /// <summary>Real git in a clone of it.</summary>
    internal RealGit Git => Cloned.Git;

    internal GrpcChannel Channel => Cloned.Channel;

    /// <summary>Ids of commits that are spread over the history.</summary>
    internal IReadOnlyList<string> Commits => Cloned.Commits;

    /// <summary>Files of <c>HEAD</c>, without links and submodules.</summary>
    internal IReadOnlyList<string> Files => Cloned.Files;

    internal Metadata Login { get; } = ReadingServer.LoginOf(GranaryServer.AdminName, GranaryServer.AdminPassword);

    private Clone Cloned
    {
        get
        {
            Assert.SkipWhen(Origin is null, "GRANARY_REAL_REPOSITORY names no repository.");
            return _clone!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Origin is null) return;
        var home = RealGit.Create(_folder.Path);
        await home.RunAsync("clone", "-q", "--bare", Origin, "clone.git");
        var git = home.In("clone.git");
        _server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Reading__History__MaxTested"] = "1000000" });
        await _server.Admin.CreateProjectAsync(ReadingServer.Project);
        await _server.Admin.CreateRepositoryAsync(ReadingServer.Project, ReadingServer.Repository);
        var url = _server.RepositoryUrl($"{ReadingServer.Project}/{ReadingServer.Repository}.git", GranaryServer.AdminName, GranaryServer.AdminPassword);
        await git.RunAsync("push", "-q", url, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*");
        var commits = Spread((await git.RunAsync("rev-list", "--branches", "--tags")).Split('\n'), 400);
        var files = (await git.RunAsync("-c", "core.quotePath=false", "ls-tree", "-r", "HEAD")).Split('\n')
            .Where(static l => l.StartsWith("100", StringComparison.Ordinal)).Select(static l => l.Split('\t', 2)[1]);
        _clone = new Clone(git, GrpcChannel.ForAddress(_server.RpcUrl, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 }), commits, [.. files]);
    }

    public async ValueTask DisposeAsync()
    {
        _clone?.Channel.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    internal static List<string> Spread(IReadOnlyList<string> all, int count) =>
        [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => all[(int)((long)i * all.Count / Math.Min(count, all.Count))])];

    private sealed record Clone(RealGit Git, GrpcChannel Channel, IReadOnlyList<string> Commits, IReadOnlyList<string> Files);
}
