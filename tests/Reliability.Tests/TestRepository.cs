using System.Diagnostics;
using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>A repository with one commit on main, on a server of the test's own, and a folder for clones.</summary>
internal sealed class TestRepository : IDisposable
{
    private const string Project = "CHAOS";

    private readonly TemporaryFolder _work = new();
    private readonly string _name;

    private TestRepository(GranaryServer server, string name)
    {
        Server = server;
        _name = name;
        Git = Git.Create(_work.Path);
    }

    public GranaryServer Server { get; }

    public Git Git { get; }

    /// <summary>The tree of the first commit, for commits that need one.</summary>
    public string Tree { get; private set; } = "";

    /// <summary>The commit on main.</summary>
    public string Base { get; private set; } = "";

    /// <summary>The bare repository on the server's disk.</summary>
    public string Folder { get; private set; } = "";

    public string Path => $"{Project}/{_name}.git";

    public string Url => Server.RepositoryUrl(Path, GranaryServer.AdminName, GranaryServer.AdminPassword);

    /// <summary>A path in the folder of clones.</summary>
    public string this[string name] => _work[name];

    public static async Task<TestRepository> CreateAsync(GranaryServer server, string name = "repo")
    {
        var repository = new TestRepository(server, name);
        var projects = await server.Admin.SendAsync(HttpMethod.Get, $"projects/{Project}");
        if (projects.Status != System.Net.HttpStatusCode.OK) await server.Admin.CreateProjectAsync(Project);
        await server.Admin.CreateRepositoryAsync(Project, name);
        repository.Folder = await server.FolderOfAsync(Project, name);
        var pack = new PackBuilder();
        repository.Tree = pack.AddTree(("file", pack.AddBlob("content\n"u8.ToArray())));
        repository.Base = pack.AddCommit(repository.Tree, null, "first");
        using var client = repository.Connect();
        var report = await client.PushAsync([new Command("refs/heads/main", Command.Zero, repository.Base)], pack.Build());
        Assert.True(report.IsOk, report.ToString());
        return repository;
    }

    /// <summary>A connection of its own.</summary>
    public RawClient Connect() => new(Server, Path);

    /// <summary>Walks all history from the refs; what git says on a fault.</summary>
    public async Task<string> FsckAsync(params string[] options)
    {
        var result = await Git.TryAsync(["-C", Folder, "fsck", "--no-dangling", "--no-progress", .. options]);
        return result.ExitCode == 0 ? "" : $"{result.ExitCode}: {result.Error}{result.Output}";
    }

    /// <summary>Files that a crash may leave for a moment: locks of git and quarantines.</summary>
    public IReadOnlyList<string> Leftovers() =>
    [
        .. Directory.EnumerateFiles(Folder, "*.lock", SearchOption.AllDirectories),
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Folder, "granary"), "packed-refs.*"),
        .. Quarantines(),
    ];

    public IReadOnlyList<string> Quarantines() => [.. Directory.EnumerateDirectories(System.IO.Path.Combine(Folder, "granary", "incoming"))];

    public Journal ReadJournal() => Journal.Read(Folder);

    /// <summary>No child, no quarantine: what requests took was given back.</summary>
    public Task UntilIdleAsync() => Until.HoldsAsync(
        "the server's processes and quarantines are gone", () => Server.Children.Count == 0 && Quarantines().Count == 0);

    public void Dispose() => _work.Dispose();
}

/// <summary>A time that a client spends on purpose, which is the subject of the test that uses it.</summary>
internal static class Pause
{
    public static Task ForAsync(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        return Until.HoldsAsync("a pause", () => clock.Elapsed >= time);
    }
}
