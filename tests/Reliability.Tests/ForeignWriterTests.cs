using System.Diagnostics;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Somebody runs git in the folder of a repository that a running server has in use: readers see it within seconds.</summary>
public sealed class ForeignWriterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Main = "refs/heads/main";
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    private GranaryServer _server = null!;
    private TestRepository _repository = null!;
    private RawClient _client = null!;
    private Git _inside = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync();
        _repository = await TestRepository.CreateAsync(_server);
        _client = _repository.Connect();
        _inside = _repository.Git.In(_repository.Folder);
        await _client.LsRefsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Refs_ChangedByGitInTheFolder_AreSeenByReadersAndKeptByWriters()
    {
        var other = await _inside.RunAsync("commit-tree", "-p", _repository.Base, "-m", "foreign", _repository.Tree);
        await SeenAsync("a new loose ref", () => _inside.RunAsync("update-ref", "refs/heads/foreign", other), "refs/heads/foreign", other);
        await SeenAsync("a ref written by hand", () => WriteAsync("refs/heads/by/hand", other), "refs/heads/by/hand", other);
        await SeenAsync("a ref moved", () => _inside.RunAsync("update-ref", Main, other), Main, other);
        await SeenAsync("a branch deleted", () => _inside.RunAsync("branch", "-D", "foreign"), "refs/heads/foreign", Command.Zero);
        await SeenAsync("pack-refs", () => _inside.RunAsync("pack-refs", "--all", "--prune"), Main, other);
        await SeenAsync("HEAD on another branch", () => _inside.RunAsync("symbolic-ref", "HEAD", "refs/heads/by/hand"), "HEAD", other);
        await SeenAsync("HEAD detached", () => _inside.RunAsync("update-ref", "--no-deref", "HEAD", _repository.Base), "HEAD", _repository.Base);

        // A push that knows only the old value is told so; one that knows the new one goes through, and its event says so.
        Assert.False((await PushAsync(Main, _repository.Base)).IsOk);
        Assert.True((await PushAsync(Main, other)).IsOk);
        var journal = _repository.ReadJournal();
        Assert.Empty(journal.Faults);
        Assert.Equal(other, journal.Committed[^1].Single().Old);
        await AgreeAsync();
    }

    [Fact]
    public async Task Gc_RepackAndPrune_WhileClientsPushAndClone_LoseNothing()
    {
        var pushing = true;
        var cleaning = CleanAsync(() => Volatile.Read(ref pushing));
        var tip = Command.Zero;
        for (var i = 0; i < 15; i++)
        {
            var (id, pack) = PackBuilder.OneCommit(_repository.Tree, tip == Command.Zero ? _repository.Base : tip, $"push {i}");
            PushReport report;
            do report = await _client.PushAsync([new Command("refs/heads/busy", tip, id)], pack);
            while (report.ToString().Contains("busy; please try again", StringComparison.Ordinal));
            Assert.True(report.IsOk, report.ToString());
            tip = id;
            await _repository.Git.RunAsync("clone", "-q", "--bare", _repository.Url, $"clone{i}");
        }

        Volatile.Write(ref pushing, false);
        var rounds = await cleaning;
        output.WriteLine($"{rounds} rounds of gc, repack and prune beside 15 pushes and clones");
        Assert.True(rounds > 0);
        Assert.Equal(tip, (await _client.LsRefsAsync("refs/heads/busy"))["refs/heads/busy"]);
        Assert.Equal("", await _repository.FsckAsync("--full"));
        await AgreeAsync();
    }

    private async Task<int> CleanAsync(Func<bool> goesOn)
    {
        for (var round = 0; ; round++)
        {
            if (!goesOn()) return round;
            await _inside.TryAsync("gc", "-q");
            await _inside.TryAsync("repack", "-q", "-A", "-d");
            await _inside.TryAsync("prune", "--expire=1.hour.ago");
        }
    }

    private async Task SeenAsync(string what, Func<Task> change, string name, string value)
    {
        await change();
        var clock = Stopwatch.StartNew();
        await Until.HoldsAsync(what, async () => (await _client.LsRefsAsync()).GetValueOrDefault(name, Command.Zero) == value, Seconds);
        output.WriteLine($"{what}: seen after {clock.ElapsedMilliseconds} ms");
        var advertised = System.Text.Encoding.UTF8.GetString(await _client.AdvertisementAsync());
        Assert.Equal(value != Command.Zero, advertised.Contains($"{value} {name}", StringComparison.Ordinal));
    }

    private async Task WriteAsync(string name, string value)
    {
        var path = Path.Combine(_repository.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, value + "\n");
    }

    private Task<PushReport> PushAsync(string name, string old)
    {
        var (id, pack) = PackBuilder.OneCommit(_repository.Tree, old, Guid.NewGuid().ToString());
        return _client.PushAsync([new Command(name, old, id)], pack);
    }

    private async Task AgreeAsync()
    {
        var served = (await _client.LsRefsAsync("refs/")).OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => $"{r.Value} {r.Key}");
        var git = await _inside.RunAsync("for-each-ref", "--format=%(objectname) %(refname)");
        Assert.Equal(git.Split('\n', StringSplitOptions.RemoveEmptyEntries), served);
    }
}
