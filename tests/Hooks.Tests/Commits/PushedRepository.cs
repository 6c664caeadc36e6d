using System.Globalization;
using System.Text;
using System.Text.Json;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Hooks.Tests.Commits;

[CollectionDefinition(Name)]
public sealed class CommitServerCollection : ICollectionFixture<CommitServer>
{
    public const string Name = "commit server";
}

/// <summary>The built server, shared by tests that do not stop it; each makes a project of its own.</summary>
public sealed class CommitServer : IAsyncLifetime
{
    private GranaryServer? _server;

    public static Dictionary<string, string> Settings { get; } = new()
    {
        ["Granary__Hooks__Commits__Delay"] = "00:00:00",
        ["Granary__Hooks__Commits__LeaseTime"] = "00:00:02",
        ["Granary__Hooks__Commits__MinRetryDelay"] = "00:00:00.2",
        ["Granary__Hooks__Commits__PollInterval"] = "00:00:00.1",
        ["Granary__Housekeeping__Automatic"] = "false",
    };

    internal GranaryServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await GranaryServer.StartAsync(Settings);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

/// <summary>A repository in a project of its own, a clone of it, and what the register has of it.</summary>
internal sealed class PushedRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PushedRepository(GranaryServer server, string project) => (Server, Project) = (server, project);

    public GranaryServer Server { get; }

    public string Project { get; }

    public GitClient Git { get; private set; } = null!;

    public string Path => $"projects/{Project}/repositories/hello/registeredCommits";

    public static async Task<PushedRepository> CreateAsync(GranaryServer server)
    {
        var repository = new PushedRepository(server, "P" + Guid.NewGuid().ToString("N")[..10].ToUpperInvariant());
        await server.Admin.CreateProjectAsync(repository.Project);
        await server.Admin.CreateRepositoryAsync(repository.Project, "hello");
        var git = GitClient.Create(repository._folder.Path);
        await git.RunAsync("init", "-q", "work");
        repository.Git = git.In("work");
        await repository.Git.RunAsync("remote", "add", "origin", repository.Url("hello"));
        return repository;
    }

    public string Url(string name) => Server.RepositoryUrl($"{Project}/{name}.git", GranaryServer.AdminName, GranaryServer.AdminPassword);

    /// <summary>A commit; its id.</summary>
    public async Task<string> CommitAsync(string message, int minute = 0)
    {
        var date = string.Create(CultureInfo.InvariantCulture, $"{1700000000 + (minute * 60)} +0900");
        await Git.With("GIT_COMMITTER_DATE", date).RunAsync("commit", "-q", "--allow-empty", "-m", message);
        return await Git.RunAsync("rev-parse", "HEAD");
    }

    public Task PushAsync(params string[] refs) => Git.RunAsync(["push", "-q", "--force", "origin", .. refs]);

    /// <summary>Makes commits without a work tree, the fast way; on the branch <c>main</c>.</summary>
    public async Task ImportAsync(int count, string issue = "")
    {
        var stream = new StringBuilder();
        for (var i = 1; i <= count; i++)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"commit {i}\n\n{(i % 100 == 0 ? $"{issue}-{i / 100}" : "")}");
            stream.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter T <t@example.org> {1600000000 + i} +0000\ndata {message.Length}\n{message}\n");
        }

        await Git.FeedAsync(stream.ToString(), "fast-import", "--quiet");
    }

    /// <summary>What a question answers once the register is complete.</summary>
    public async Task<IReadOnlyList<JsonElement>> WhenRegisteredAsync(string query = "", int? atLeast = null, TimeSpan? bound = null)
    {
        IReadOnlyList<JsonElement> found = [];
        await Until.HoldsAsync($"the register is complete: {query}", async () =>
        {
            // All pages are read only when it says so.
            if ((await Server.Admin.GetAsync($"{Path}?{query}&pageSize=1")).GetProperty("registering").GetBoolean()) return false;
            var (commits, registering) = await ListAsync(query);
            found = commits;
            return !registering && (atLeast is null || found.Count >= atLeast);
        }, bound ?? TimeSpan.FromSeconds(60));
        return found;
    }

    /// <summary>All pages of an answer.</summary>
    public async Task<(IReadOnlyList<JsonElement> Commits, bool IsRegistering)> ListAsync(string query = "", int pageSize = 100)
    {
        var commits = new List<JsonElement>();
        var (token, registering) = ("", false);
        do
        {
            var page = await Server.Admin.GetAsync($"{Path}?{query}&pageSize={pageSize}&pageToken={token}");
            commits.AddRange(page.GetProperty("commits").EnumerateArray());
            registering |= page.GetProperty("registering").GetBoolean();
            token = page.GetProperty("nextPageToken").GetString()!;
        }
        while (token.Length > 0);
        return (commits, registering);
    }

    public static IEnumerable<string> Ids(IEnumerable<JsonElement> commits) => commits.Select(static c => c.GetProperty("commitId").GetString()!);

    public void Dispose() => _folder.Dispose();
}
