using System.Globalization;
using Granary.Ssh.Interop.Tests;
using Granary.Tests.Harness;

[assembly: AssemblyFixture(typeof(InteropServer))]

namespace Granary.Ssh.Interop.Tests;

/// <summary>
/// The one server of the suite, which asks for new keys after each MiB of either direction, whoever the client is; a user with a
/// key of each kind; and a repository to read.
/// </summary>
public sealed class InteropServer : IAsyncLifetime
{
    public const string User = "ingrid";
    public const string SamplePath = "INTEROP/sample.git";

    private static int _count;

    private readonly TemporaryFolder _folder = new();
    private GranaryServer? _server;

    public GranaryServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public Keys Keys { get; private set; } = null!;

    /// <summary>The server's host keys as ssh keeps them.</summary>
    public string KnownHosts => _folder["known_hosts"];

    /// <summary>The working repository that <see cref="SamplePath"/> was pushed from.</summary>
    public Git Sample { get; private set; } = null!;

    public string UrlOf(string path) => $"ssh://git@127.0.0.1:{Server.SshPort}/{path}";

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Ssh__RekeyBytes"] = "1048576",
            ["Granary__Accounts__FreeUnknownKeysPerAddress"] = "1000000",
            ["Granary__Housekeeping__Automatic"] = "false",
        });
        Keys = new Keys(_folder.Path);
        await Keys.MakeAsync();
        await Server.Admin.CreateUserAsync(User, "ingrid's good password");
        foreach (var file in Keys.Known) await Server.Admin.PostAsync($"users/{User}/keys", new { publicKey = await File.ReadAllTextAsync(file + ".pub") });
        await Server.Admin.CreateProjectAsync("INTEROP");
        await Server.Admin.SetMemberAsync("INTEROP", User, "member");
        await Server.Admin.CreateRepositoryAsync("INTEROP", "sample");
        await WriteKnownHostsAsync();
        Sample = await NewSampleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>An empty repository that <see cref="User"/> may push to: its path.</summary>
    public async Task<string> NewRepositoryAsync()
    {
        var name = "r" + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        await Server.Admin.CreateRepositoryAsync("INTEROP", name);
        return $"INTEROP/{name}.git";
    }

    /// <summary>Key exchanges that were completed since the start, first ones and later ones.</summary>
    public async Task<long> RekeysAsync()
    {
        var metrics = await Server.Admin.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return metrics.Split('\n').Where(static line => line.StartsWith("granary_ssh_key_exchanges_total", StringComparison.Ordinal) && line.Contains("first=\"False\"", StringComparison.OrdinalIgnoreCase))
            .Sum(static line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private async Task WriteKnownHostsAsync()
    {
        var lines = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Server.DataPath, "ssh"), "*_key").Order(StringComparer.Ordinal))
        {
            var key = await Run.RequireAsync(_folder.Path, "ssh-keygen", "-y", "-f", file);
            lines.Add($"[127.0.0.1]:{Server.SshPort} {string.Join(' ', key.Split(' ')[..2])}");
        }

        await File.WriteAllLinesAsync(KnownHosts, lines);
    }

    /// <summary>Some history, a tag, and more than a small window holds. Pushed over HTTP: what SSH does with it is for the tests to see.</summary>
    private async Task<Git> NewSampleAsync()
    {
        var git = Git.Create(_folder.Path);
        await git.RunAsync("init", "-q", "sample");
        var work = git.In("sample");
        var random = new Random(5);
        var data = new byte[300_000];
        for (var i = 0; i < 5; i++)
        {
            random.NextBytes(data);
            await File.WriteAllBytesAsync(Path.Combine(work.Folder, $"file{i}"), data);
            await work.RunAsync("add", ".");
            await work.RunAsync("commit", "-q", "-m", $"Change {i}");
        }

        await work.RunAsync("tag", "-a", "v1", "-m", "A tag");
        await work.RunAsync("push", "-q", Server.RepositoryUrl(SamplePath, User, "ingrid's good password"), "main", "v1");
        return work;
    }
}
