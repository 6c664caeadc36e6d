using System.Collections.Concurrent;
using System.Diagnostics;
using Granary.Grains.Git;
using Granary.Grains.Tests.Git;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Repositories;

/// <summary>
/// Workers push to refs of their own and race on one ref, through several ways into a repository; each reads back, through a
/// way that is not its own, and every acknowledgement is held against what the repository holds in the end.
/// </summary>
internal sealed class Race(RepositoryClient[] ways, ObjectId[] commits)
{
    private readonly ConcurrentBag<(ObjectId Old, ObjectId New)> _won = [];
    private readonly ConcurrentDictionary<ObjectId, long> _superseded = new();
    private readonly ConcurrentDictionary<int, ObjectId> _own = new();
    private int _acknowledged;
    private int _nextCommit = -1;

    public Task RunAsync(int workers, int rounds) => Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
    {
        for (var round = 0; round < rounds; round++)
        {
            await PushOwnAsync(worker, round);
            await PushRacingAsync(worker + round);
        }
    })));

    public async Task CheckAsync(RepositoryPaths paths)
    {
        foreach (var way in ways)
        {
            foreach (var (worker, value) in _own) Assert.Equal(value, await way.FindAsync("own-" + worker));
        }

        Assert.Equal(_won.Count, _won.Select(static w => w.Old).Distinct().Count());
        var next = _won.ToDictionary(static w => w.Old, static w => w.New);
        var last = ObjectId.Zero(HashFormat.Sha1);
        var length = 0;
        for (; next.TryGetValue(last, out var value); last = value) length++;
        Assert.Equal(_won.Count, length);
        Assert.Equal(last.ToString(), GitProgram.Run(paths.Root, "rev-parse", "refs/heads/race"));
        GitProgram.Run(paths.Root, "fsck", "--full");
        var intents = JournalLines.Intents(paths.Journal).ToList();
        Assert.Equal(Enumerable.Range(1, intents.Count).Select(static i => (long)i), intents);
        var closes = JournalLines.Closes(paths.Journal).ToList();
        Assert.Equal(intents, closes.Select(static c => c.Sequence));
        Assert.Equal(_acknowledged + 1, closes.Count(static c => c.Committed));
    }

    private async Task PushOwnAsync(int worker, int round)
    {
        var (old, value) = (_own.TryGetValue(worker, out var known) ? known : (ObjectId?)null, commits[(worker + round) % commits.Length]);
        var way = ways[(worker + round) % ways.Length];
        while ((await way.MoveAsync(Update("own-" + worker, old, value))).Results.Single() is { Status: not RefUpdateStatus.Ok } refused)
            Assert.Contains("busy", refused.Message, StringComparison.Ordinal);
        _own[worker] = value;
        Interlocked.Increment(ref _acknowledged);
        foreach (var reader in ways) Assert.Equal(value, await reader.FindAsync("own-" + worker));
    }

    /// <summary>Each value is proposed once, so that a value which was replaced can never rightly be seen again.</summary>
    private async Task PushRacingAsync(int turn)
    {
        var started = Stopwatch.GetTimestamp();
        var old = await ways[turn % ways.Length].FindAsync("race");
        if (old is { } seen && _superseded.TryGetValue(seen, out var at)) Assert.True(at > started, "A snapshot was older than an acknowledged push.");
        var index = Interlocked.Increment(ref _nextCommit);
        if (index >= commits.Length) return;
        var update = Update("race", old, commits[index]);
        var result = (await ways[(turn / 2) % ways.Length].MoveAsync(update)).Results.Single();
        if (result.Status != RefUpdateStatus.Ok) return;
        _superseded[update.Old] = Stopwatch.GetTimestamp();
        _won.Add((update.Old, update.New));
        Interlocked.Increment(ref _acknowledged);
    }
}
