using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.PackCaching;

/// <summary>
/// A server whose git is a script that notes each upload-pack before it becomes git, and that can be told to hold them there:
/// so requests are seen to be under way at once, whatever the machine does.
/// </summary>
public class CountingServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private GranaryServer? _server;

    public GranaryServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Settings beyond its own.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    /// <summary>Files of the cache.</summary>
    public string[] Files => Directory.Exists(CachePath) ? Directory.GetFiles(CachePath) : [];

    private string CachePath => Path.Combine(Server.DataPath, "cache", "packs");

    private string Gate => _folder["gate"];

    private string Log => _folder["log"];

    public async ValueTask InitializeAsync()
    {
        var git = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(static f => Path.Combine(f, "git")).First(File.Exists);
        await File.WriteAllTextAsync(_folder["git"], string.Create(CultureInfo.InvariantCulture, $"""
            #!/bin/sh
            if [ "$1" = upload-pack ]; then
                echo "$*" >> {Log}
                while [ -e {Gate} ]; do sleep 0.02; done
            fi
            exec {git} "$@"
            """));
#pragma warning disable CA1416 // The server runs on Linux, and so do its tests.
        File.SetUnixFileMode(_folder["git"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>(Settings)
        {
            ["Granary__Git__Executable"] = _folder["git"],
            ["Granary__PackCache__MinFreeSpace"] = "0",
            ["Granary__PackCache__SweepPeriod"] = "00:00:01",
        });
        await Server.Admin.CreateUserAsync(SharedServer.Member, SharedServer.MemberPassword);
    }

    public async ValueTask DisposeAsync()
    {
        Open();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty repository in a project of its own.</summary>
    public async Task<TestRepository> NewRepositoryAsync()
    {
        var project = SharedServer.NewName("PC");
        await Server.Admin.CreateProjectAsync(project);
        await Server.Admin.CreateRepositoryAsync(project, "repo");
        await Server.Admin.SetMemberAsync(project, SharedServer.Member, "member");
        return new TestRepository(Server, project, "repo");
    }

    /// <summary>How often git was started for a fetch of the repository.</summary>
    public async Task<int> FetchesAsync(TestRepository repository)
    {
        if (!File.Exists(Log)) return 0;
        var folder = await repository.FolderAsync();
        return (await File.ReadAllLinesAsync(Log)).Count(line => line.EndsWith(folder, StringComparison.Ordinal));
    }

    /// <summary>Fetches that were answered, or are about to be, by the cache or by a git of their own.</summary>
    public async Task<long> RequestsAsync()
    {
        var lines = (await Server.Admin.Client.GetStringAsync(new Uri("metrics", UriKind.Relative))).Split('\n');
        return lines.Where(static l => l.StartsWith("granary_pack_cache_requests", StringComparison.Ordinal))
            .Sum(static l => long.Parse(l.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    /// <summary>From now on git waits where it begins.</summary>
    public void Hold() => File.WriteAllText(Gate, "");

    public void Open() => File.Delete(Gate);
}
