using Granary.Reading.Tests.Contributors;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Net.Client;

namespace Granary.Reading.Tests.Blame;

/// <summary>A server with small limits, and in <c>READ/limited</c> a history that reaches them.</summary>
public sealed class LimitedServer : IAsyncLifetime
{
    public const int MaxCommits = 20;
    public const int MaxFileSize = 4000;
    public const int MaxLines = 100;
    public const int MaxAuthors = 15;
    public const int CountedCommits = 20;

    private readonly TemporaryFolder _folder = new();
    private GranaryServer? _server;
    private GrpcChannel? _channel;

    internal RealGit Git { get; private set; } = null!;

    internal async Task<List<BlameResponse>> BlameAsync(string path) => await ReadingServer.AllAsync(
        new BlameService.BlameServiceClient(_channel).Blame(new() { Project = ReadingServer.Project, Repository = "limited", Path = path }, Login));

    internal Task<List<ListContributorsResponse>> ContributorsAsync(string repository) => ReadingServer.AllAsync(
        new CommitService.CommitServiceClient(_channel).ListContributors(new() { Project = ReadingServer.Project, Repository = repository, Revision = "main" }, Login));

    private static Grpc.Core.Metadata Login => ReadingServer.LoginOf(GranaryServer.AdminName, GranaryServer.AdminPassword);

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Reading__Blame__MaxCommits"] = $"{MaxCommits}",
            ["Granary__Reading__Blame__MaxFileSize"] = $"{MaxFileSize}",
            ["Granary__Reading__Blame__MaxLines"] = $"{MaxLines}",
            ["Granary__Reading__Contributors__MaxAuthors"] = $"{MaxAuthors}",
            ["Granary__Reading__Contributors__MaxCommits"] = $"{CountedCommits}",
            ["Granary__Reading__Contributors__MaxMailmapSize"] = "100",
            ["Granary__Reading__Contributors__CacheSize"] = "0",
        });
        _channel = GrpcChannel.ForAddress(_server.RpcUrl);
        await _server.Admin.CreateProjectAsync(ReadingServer.Project);
        Git = await PushAsync("limited", History());
        await PushAsync("people", ContributorHistory.Make());
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A line at the end in each commit; a file that was large once; one that is large, and one that is long.</summary>
    private static FastImport History()
    {
        const string main = "refs/heads/main";
        var import = new FastImport();
        var lines = "";
        var old = string.Concat(Enumerable.Range(0, 50).Select(static i => $"line {i} {new string('x', 90)}\n"));
        for (var i = 0; i < 30; i++)
        {
            lines += $"line {i}\n";
            import.Commit(main, $"Change {i}");
            import.File("grown.txt", lines);
            if (i == 0) import.File("shrunk.txt", old);
            if (i == 20) import.File("shrunk.txt", string.Concat(old.Split('\n').Take(20).Select(static line => line + "\n")));
            if (i == 25) import.File("shrunk.txt", string.Concat(old.Split('\n').Take(20).Select(static line => line + "\n")) + "new\n");
        }

        import.File("large.txt", new string('x', MaxFileSize + 1)).File("fits.txt", new string('x', MaxFileSize));
        import.File("long.txt", new string('\n', MaxLines + 1)).File("short.txt", new string('\n', MaxLines));
        return import;
    }

    private async Task<RealGit> PushAsync(string name, FastImport history)
    {
        var home = RealGit.Create(Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName);
        await home.RunAsync("init", "-q", "--bare", $"{name}.git");
        var git = home.In($"{name}.git");
        await git.FeedAsync(history.Bytes, "fast-import", "--quiet", "--force");
        await _server!.Admin.CreateRepositoryAsync(ReadingServer.Project, name);
        await git.RunAsync("push", "-q", _server.RepositoryUrl($"{ReadingServer.Project}/{name}.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "refs/*:refs/*");
        return git;
    }
}
