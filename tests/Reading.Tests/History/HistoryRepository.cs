using Granary.Reading.Tests.History;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;

[assembly: AssemblyFixture(typeof(HistoryRepository))]

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
            var url = Reading.Server.RepositoryUrl($"{ReadingServer.Project}/{name}.git", GranaryServer.AdminName, GranaryServer.AdminPassword);
            await Git.RunAsync("push", "-q", url, "refs/heads/main", "refs/heads/b*:refs/heads/b*");
        }

        var maintenance = new MaintenanceService.MaintenanceServiceClient(Reading.Channel);
        await maintenance.RunMaintenanceAsync(
            new RunMaintenanceRequest { Project = ReadingServer.Project, Repository = WithGraph }, Reading.Login);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
