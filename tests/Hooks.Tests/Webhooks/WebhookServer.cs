using System.Text.Json;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Hooks.Tests.Webhooks;

[CollectionDefinition(Name)]
public sealed class WebhookServerCollection : ICollectionFixture<WebhookServer>
{
    public const string Name = "webhook server";
}

/// <summary>The built server, shared by tests that do not stop it; each makes a repository of its own.</summary>
public sealed class WebhookServer : IAsyncLifetime
{
    private GranaryServer? _server;

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Granary__Hooks__Webhook__AllowedNetworks__0"] = "127.0.0.0/8",
        ["Granary__Hooks__Webhook__Timeout"] = "00:00:02",
        ["Granary__Hooks__Webhook__MinRetryDelay"] = "00:00:00.3",
        ["Granary__Hooks__Webhook__MinProbeDelay"] = "00:00:00.5",
        ["Granary__Hooks__Webhook__MaxProbeDelay"] = "00:00:01",
        ["Granary__Housekeeping__Automatic"] = "false",
    };

    internal GranaryServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await GranaryServer.StartAsync(Settings);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

/// <summary>A repository in a project of its own, a clone of it, and calls on its webhooks.</summary>
internal sealed class HookedRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _commits;

    private HookedRepository(GranaryServer server, string project) => (Server, Project) = (server, project);

    public GranaryServer Server { get; }

    public string Project { get; }

    public GitClient Git { get; private set; } = null!;

    public string Path => $"projects/{Project}/repositories/hello";

    public static async Task<HookedRepository> CreateAsync(GranaryServer server)
    {
        var repository = new HookedRepository(server, "P" + Guid.NewGuid().ToString("N")[..10].ToUpperInvariant());
        await server.Admin.CreateProjectAsync(repository.Project);
        await server.Admin.CreateRepositoryAsync(repository.Project, "hello");
        var git = GitClient.Create(repository._folder.Path);
        await git.RunAsync("init", "-q", "work");
        repository.Git = git.In("work");
        await repository.Git.RunAsync(
            "remote", "add", "origin", server.RepositoryUrl($"{repository.Project}/hello.git", GranaryServer.AdminName, GranaryServer.AdminPassword));
        return repository;
    }

    /// <summary>Makes a webhook of the repository; its path in the API.</summary>
    public async Task<string> HookAsync(object settings, bool ofProject = false)
    {
        var path = ofProject ? $"projects/{Project}/webhooks" : $"{Path}/webhooks";
        return $"{path}/{(await Server.Admin.PostAsync(path, settings)).GetProperty("webhookId").GetString()}";
    }

    /// <summary>A commit on main, pushed; its id.</summary>
    public async Task<string> PushAsync()
    {
        await Git.RunAsync("commit", "-q", "--allow-empty", "-m", $"commit {++_commits}");
        await Git.RunAsync("push", "-q", "origin", "HEAD:refs/heads/main");
        return await Git.RunAsync("rev-parse", "HEAD");
    }

    /// <summary>The names of its branches, as the server has them.</summary>
    public async Task<HashSet<string>> HeadsAsync() =>
        [.. (await Git.RunAsync("ls-remote", "--heads", "origin")).Split('\n').Select(static line => line.Split('\t')[1])];

    /// <summary>The refs that a receiver at an address that ends in the project's key was told of.</summary>
    public IEnumerable<string> RefsIn(IEnumerable<Received> received) => received
        .Where(r => r.Path == "/" + Project)
        .SelectMany(static r => r.Json.GetProperty("changes").EnumerateArray().Select(static c => c.GetProperty("ref").GetString()!));

    public async Task<IReadOnlyList<JsonElement>> DeliveriesAsync(string hook) =>
        [.. (await Server.Admin.GetAsync($"{hook}/deliveries")).GetProperty("deliveries").EnumerateArray()];

    /// <summary>Sends a ping and waits until it was attempted; the attempt.</summary>
    public async Task<JsonElement> PingAsync(string hook)
    {
        var delivery = (await Server.Admin.PostAsync($"{hook}/ping", new { })).GetProperty("deliveryId").GetString();
        JsonElement attempt = default;
        await Until.HoldsAsync("the ping was attempted", async () =>
        {
            var details = await Server.Admin.GetAsync($"{hook}/deliveries/{delivery}");
            if (details.GetProperty("attempts").GetArrayLength() == 0) return false;
            attempt = details.GetProperty("attempts")[0];
            return true;
        });
        return attempt;
    }

    public void Dispose() => _folder.Dispose();
}
