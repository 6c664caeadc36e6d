using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Many clients at once on one repository, while others look.</summary>
public sealed class ConcurrentPushTests : IAsyncLifetime
{
    private const int Clients = 32;
    private const int GitClients = 4;
    private const int Rounds = 5;
    private const int Readers = 3;

    private readonly HistoryLog _log = new();
    private GranaryServer _server = null!;
    private TestRepository _repository = null!;
    private RawClient[] _clients = [];
    private volatile bool _done;

    public async ValueTask InitializeAsync()
    {
        // Queued pushes are the point: none is to be sent away.
        _server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Git__MaxWait"] = "00:02:00" });
        _repository = await TestRepository.CreateAsync(_server);
        _clients = [.. Enumerable.Range(0, Clients).Select(_ => _repository.Connect())];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task DifferentBranches_PushedAtOnce_AreAllThere()
    {
        var packs = await PreparePacksAsync([.. Enumerable.Range(0, Clients).Select(_ => _repository.Base)]);
        var reading = ReadAsync();
        var work = await CloneAsync();
        var pushing = _clients.Select((c, i) => PushAsync(c, $"refs/heads/raw/{i}", Command.Zero, packs[i]))
            .Concat(Enumerable.Range(0, GitClients).Select(i => GitPushAsync(work, $"refs/heads/git/{i}", packs[i].Id)));
        await Task.WhenAll(pushing);
        await EndReadingAsync(reading);

        Assert.All(_log.Operations, static o => Assert.Equal(Fate.Ok, o.Steps[0].Fate));
        await CheckAsync(expected: Clients + GitClients);
    }

    [Fact]
    public async Task OneBranch_RacedForWithOneOldValue_HasOneWinnerARound()
    {
        var reading = ReadAsync();
        var old = Command.Zero;
        for (var round = 0; round < Rounds; round++)
        {
            var parent = old == Command.Zero ? _repository.Base : old;
            var packs = await PreparePacksAsync([.. Enumerable.Range(0, Clients).Select(_ => parent)]);
            var reports = await Task.WhenAll(_clients.Select((c, i) => PushAsync(c, "refs/heads/race", old, packs[i])));
            var winner = Assert.Single(packs, p => reports[packs.IndexOf(p)].IsOk);
            Assert.All(
                reports.Where(static r => !r.IsOk),
                static r => Assert.Contains("the ref has moved since you fetched", r.Refusals["refs/heads/race"], StringComparison.Ordinal));
            old = winner.Id;
        }

        await EndReadingAsync(reading);
        await CheckAsync(expected: Rounds);
    }

    /// <summary>Commits by real git, one pack of real git for each.</summary>
    private async Task<List<(string Id, byte[] Pack)>> PreparePacksAsync(IReadOnlyList<string> parents)
    {
        var git = await CloneAsync();
        await git.RunAsync("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*");
        var count = _log.Operations.Count;
        var packs = new List<(string, byte[])>();
        for (var i = 0; i < parents.Count; i++)
        {
            var id = await git.RunAsync("commit-tree", "-p", parents[i], "-m", $"change {count + i}", _repository.Tree);
            await git.RunAsync("update-ref", $"refs/prepared/{count + i}", id);
            using var process = git.Start("pack-objects", "--revs", "--stdout", "-q", "--thin");
            await process.StandardInput.WriteAsync($"{id}\n^{parents[i]}\n");
            process.StandardInput.Close();
            using var pack = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(pack);
            await process.WaitForExitAsync();
            packs.Add((id, pack.ToArray()));
        }

        return packs;
    }

    private async Task<Git> CloneAsync()
    {
        if (!Directory.Exists(_repository["work"])) await _repository.Git.RunAsync("clone", "-q", _repository.Url, "work");
        return _repository.Git.In("work");
    }

    private async Task<PushReport> PushAsync(RawClient client, string name, string old, (string Id, byte[] Pack) commit)
    {
        var step = new Step(name, old, commit.Id);
        var operation = _log.Invoke(false, step);
        var report = await client.PushAsync([new Command(name, old, commit.Id)], commit.Pack);
        step.Fate = report.IsOk ? Fate.Ok : report.Refusals.ContainsKey(name) ? Fate.Moved : Fate.Refused;
        operation.Complete();
        return report;
    }

    private async Task GitPushAsync(Git git, string name, string id)
    {
        var step = new Step(name, Command.Zero, id);
        var operation = _log.Invoke(false, step);
        await git.RunAsync("push", "-q", "origin", $"{id}:{name}");
        step.Fate = Fate.Ok;
        operation.Complete();
    }

    private Task<int[]> ReadAsync() => Task.WhenAll(Enumerable.Range(0, Readers).Select(async _ =>
    {
        using var client = _repository.Connect();
        var looks = 0;
        for (; !_done; looks++) await _log.LookAsync(() => client.LsRefsAsync("refs/heads/"));
        return looks;
    }));

    private async Task EndReadingAsync(Task<int[]> reading)
    {
        _done = true;
        Assert.All(await reading, static looks => Assert.NotEqual(0, looks));
    }

    private async Task CheckAsync(int expected)
    {
        var final = await _log.LookAsync(() => _clients[0].LsRefsAsync());
        Assert.Empty(HistoryChecker.Check(_log, final));
        var applied = HistoryChecker.Applied(_log, final);
        Assert.Equal(expected, applied.Count);

        // The push that made the repository is in the journal too.
        var main = _log.Invoke(false, new Step("refs/heads/main", Command.Zero, _repository.Base));
        Assert.Empty(_repository.ReadJournal().Compare([main, .. applied]));
        Assert.Equal("", await _repository.FsckAsync("--full", "--strict"));
        await _repository.UntilIdleAsync();
        Assert.Empty(_repository.Leftovers());
    }
}
