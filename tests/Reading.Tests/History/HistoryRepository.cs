using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;

namespace Granary.Reading.Tests.History;

/// <summary>The generated history in <c>READ/history</c>, without a commit-graph, and in <c>READ/graph</c>, with one.</summary>
public sealed class HistoryRepository(ReadingServer server) : IAsyncLifetime
{
    public const string Plain = "history";
    public const string WithGraph = "graph";

    private readonly TemporaryFolder _folder = new();

    internal ReadingServer Reading { get; } = server;

    /// <summary>Real git in the bare repository that was pushed.</summary>
    internal RealGit Git { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var home = RealGit.Create(_folder.Path);
        await home.RunAsync("init", "-q", "--bare", "history.git");
        Git = home.In("history.git");
        await Git.FeedAsync(GeneratedHistory.Make(), "fast-import", "--quiet", "--force");
        await Git.RunAsync("symbolic-ref", "HEAD", "refs/heads/main");
        foreach (var name in (string[])[Plain, WithGraph])
        {
            await Reading.Server.Admin.CreateRepositoryAsync(ReadingServer.Project, name);
            await Git.RunAsync("push", "-q", UrlOf(name), "refs/heads/main", "refs/heads/b*:refs/heads/b*");
        }

        // It is made where there was none before.
        var graph = Path.Combine(await Reading.Server.FolderOfAsync(ReadingServer.Project, WithGraph), "objects", "info", "commit-graph");
        Assert.False(File.Exists(graph));
        var maintenance = new MaintenanceService.MaintenanceServiceClient(Reading.Channel);
        await maintenance.RunMaintenanceAsync(
            new RunMaintenanceRequest { Project = ReadingServer.Project, Repository = WithGraph }, Reading.Login);
        Assert.True(File.Exists(graph));
    }

    internal string UrlOf(string repository) =>
        Reading.Server.RepositoryUrl($"{ReadingServer.Project}/{repository}.git", GranaryServer.AdminName, GranaryServer.AdminPassword);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Classes that share the repositories.</summary>
[CollectionDefinition]
public sealed class HistoryCollection : ICollectionFixture<HistoryRepository>;
