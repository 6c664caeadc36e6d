using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Reading.Tests.Robustness;

/// <summary>A server whose bounds are so low that a small repository is beyond them.</summary>
public sealed class BoundedServer : IAsyncLifetime
{
    public const int MaxTreeEntries = 50;
    public const int LastCommitWalk = 4;
    public const int MaxVisited = 20;
    public const int MaxSearchedFiles = 10;
    public const int MaxPatternLength = 20;
    public const int BigFolder = 60;

    private readonly TemporaryFolder _folder = new();
    private GranaryServer? _server;
    private GrpcChannel? _channel;

    internal GrpcChannel Channel => _channel!;

    internal Metadata Login { get; } = ReadingServer.LoginOf(GranaryServer.AdminName, GranaryServer.AdminPassword);

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Reading__MaxTreeEntries"] = $"{MaxTreeEntries}",
            ["Granary__Reading__LastCommitWalk"] = $"{LastCommitWalk}",
            ["Granary__Reading__History__MaxVisited"] = $"{MaxVisited}",
            ["Granary__Reading__Search__MaxFiles"] = $"{MaxSearchedFiles}",
            ["Granary__Reading__Search__MaxPatternLength"] = $"{MaxPatternLength}",
        });
        _channel = GrpcChannel.ForAddress(_server.RpcUrl);
        await _server.Admin.CreateProjectAsync(ReadingServer.Project);
        await _server.Admin.CreateRepositoryAsync(ReadingServer.Project, ReadingServer.Repository);
        var home = RealGit.Create(_folder.Path);
        await home.RunAsync("init", "-q", "--bare", "bounds.git");
        var git = home.In("bounds.git");
        await git.FeedAsync(History().Bytes, "fast-import", "--quiet");
        await git.RunAsync("push", "-q", _server.RepositoryUrl($"{ReadingServer.Project}/{ReadingServer.Repository}.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "refs/*:refs/*");
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A file that was changed long ago and one that is changed by each commit; a big folder; and two branches that parted long ago.</summary>
    private static FastImport History()
    {
        const string main = "refs/heads/main";
        var import = new FastImport();
        var root = import.Commit(main, "Root");
        import.File("far.txt", "far\n");
        var tip = root;
        for (var i = 0; i < 6; i++)
        {
            tip = import.Commit(main, $"Near {i}");
            import.File("near.txt", $"{i}\n");
        }

        import.Commit("refs/heads/later", "Later", tip);
        import.File("near.txt", "later\n");

        import.Commit("refs/heads/big", "Big", root);
        for (var i = 0; i < BigFolder; i++) import.File($"big/{i}.txt", $"{i}\n");
        foreach (var branch in (string[])["refs/heads/left", "refs/heads/right"])
        {
            import.Commit(branch, "Part", root);
            for (var i = 0; i < MaxVisited; i++)
            {
                import.Commit(branch, $"Apart {i}");
                import.File("apart.txt", $"{branch} {i}\n");
            }
        }

        return import;
    }
}
