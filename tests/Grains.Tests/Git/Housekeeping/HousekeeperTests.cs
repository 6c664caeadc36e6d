using Granary.Git;
using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Posix;

namespace Granary.Grains.Tests.Git.Housekeeping;

public sealed class HousekeeperTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly KeptRepository _kept = new();

    public void Dispose() => _kept.Dispose();

    [Fact]
    public async Task Run_ManyPacks_MakesOneWithBitmapAndCommitGraph()
    {
        for (var i = 0; i < 5; i++) _kept.AddPack(10);
        var before = _kept.Packs;
        var state = await RunAsync();
        Assert.Equal((1, 5, true, true, 150L), (state.Packs, state.ReplacedPacks, state.HasBitmap, state.HasCommitGraph, state.Objects));
        Assert.Equal(_kept.Time.GetUtcNow(), state.LastRun);
        Assert.Equal(6, _kept.Packs.Length);
        Assert.Empty(_kept.Rests);
        Assert.Contains("BIDX", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(PackFolder.CommitGraph(_kept.Repository.Paths))), StringComparison.Ordinal);
        Assert.Equal(150, _kept.Clone());

        // The old packs go when the grace is over, and not before.
        _kept.Time.Advance(_kept.Options.ReplacedPackGrace - TimeSpan.FromSeconds(1));
        Assert.Equal(5, (await RunAsync()).ReplacedPacks);
        _kept.Time.Advance(TimeSpan.FromSeconds(1));
        state = await RunAsync();
        Assert.Equal((1, 0), (state.Packs, state.ReplacedPacks));
        Assert.Empty(_kept.Packs.Intersect(before));
        _kept.Fsck();
        Assert.Equal(150, _kept.Clone());
    }

    [Fact]
    public async Task Run_OnePack_GetsABitmapAndStaysAsItIsUnderANameOfOurs()
    {
        _kept.AddPack(20);
        var before = InodeOf(_kept.Packs.Single());
        var state = await RunAsync();
        Assert.Equal((1, 1, true, true), (state.Packs, state.ReplacedPacks, state.HasBitmap, state.HasCommitGraph));
        Assert.Equal(before, InodeOf(_kept.IndexedPacks.Single()));
        Assert.Equal(60, _kept.Clone());
        _kept.Time.Advance(TimeSpan.FromDays(1));
        state = await RunAsync();
        Assert.Equal((1, 0), (state.Packs, state.ReplacedPacks));
        Assert.Equal(before, InodeOf(_kept.Packs.Single()));
        Assert.Equal(60, _kept.Clone());
    }

    [Fact]
    public async Task Run_NothingNew_StartsNoGit()
    {
        _kept.AddPack(20);
        await RunAsync();
        var index = File.GetLastWriteTimeUtc(MultiPackIndex.Of(_kept.Repository.Paths));
        var graph = File.GetLastWriteTimeUtc(PackFolder.CommitGraph(_kept.Repository.Paths));
        await RunAsync();
        Assert.Equal(index, File.GetLastWriteTimeUtc(MultiPackIndex.Of(_kept.Repository.Paths)));
        Assert.Equal(graph, File.GetLastWriteTimeUtc(PackFolder.CommitGraph(_kept.Repository.Paths)));
    }

    [Fact]
    public async Task Run_EmptyRepository_IsDone()
    {
        var state = await RunAsync();
        Assert.Equal((0, false, null), (state.Packs, state.HasBitmap, state.LastFault));
    }

    [Fact]
    public async Task Run_ObjectsThatNoRefReaches_AreKept()
    {
        _kept.AddPack(10);
        var lost = _kept.Repository.Git("rev-parse", "main");
        _kept.Repository.Git("update-ref", "refs/heads/main", "main~5");
        _kept.Repository.Git("pack-refs", "--all");
        _kept.AddPack(3);
        await RunAsync();
        _kept.Time.Advance(TimeSpan.FromDays(100));
        await RunAsync();
        Assert.Single(_kept.Packs);
        _kept.Repository.Git("rev-list", "--objects", lost);
        Assert.Equal((8 * 3), _kept.Clone());
    }

    [Fact]
    public async Task Keep_LargeRepository_RollsUpOnlySmallPacks()
    {
        _kept.AddPack(400);
        await SettleAsync();
        var big = _kept.Packs.Single();
        _kept.Options.WholeSize = 0;
        for (var i = 0; i < 4; i++) _kept.AddPack(5);
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Everything);
        var state = await StateAsync();
        Assert.Equal((2, 4, true, null), (state.Packs, state.ReplacedPacks, state.HasBitmap, state.LastFault));
        Assert.Contains(big, _kept.Packs);
        _kept.Time.Advance(TimeSpan.FromDays(1));
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Everything);
        Assert.Equal(2, _kept.Packs.Length);
        _kept.Fsck();
        _kept.Repository.Git("multi-pack-index", "verify");
        Assert.Equal(420 * 3, _kept.Clone());
    }

    [Fact]
    public async Task KeepRecent_LittleIsNew_RollsUpNewPacksAndLeavesTheIndexes()
    {
        _kept.AddPack(400);
        await SettleAsync();
        var (big, indexes) = (_kept.Packs.Single(), Indexes());
        for (var i = 0; i < 4; i++) _kept.AddPack(5);
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Recent);
        var state = await StateAsync();
        Assert.Equal((2, 4, null), (state.Packs, state.ReplacedPacks, state.LastFault));
        Assert.Contains(big, _kept.Packs);
        Assert.Equal(indexes, Indexes());

        // Hidden from those who come, there for those who were there; and gone after their own, shorter time.
        Assert.Equal(2, _kept.IndexedPacks.Length);
        Assert.Equal(6, _kept.Packs.Length);
        _kept.Fsck();
        Assert.Equal(420 * 3, _kept.Clone());
        _kept.Time.Advance(_kept.Options.RecentPackGrace);
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Expiry);
        Assert.Equal(_kept.IndexedPacks, _kept.Packs);
        Assert.Equal(420 * 3, _kept.Clone());
    }

    [Fact]
    public async Task KeepRecent_MuchIsNew_WritesTheIndexes()
    {
        _kept.AddPack(100);
        await SettleAsync();
        var indexes = Indexes();
        for (var i = 0; i < 2; i++) _kept.AddPack(10);
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Recent);
        Assert.NotEqual(indexes, Indexes());
        Assert.Equal((1, 3, null), ((await StateAsync()).Packs, (await StateAsync()).ReplacedPacks, (await StateAsync()).LastFault));
    }

    [Fact]
    public async Task KeepRecent_PacksOfWhatIsThere_AreReplacedByNone()
    {
        _kept.AddPack(100);
        await SettleAsync();
        for (var i = 1; i <= 3; i++)
        {
            var known = _kept.Repository.Git("rev-list", "--objects", "--no-object-names", $"main~{i}..main") + "\n";
            GitProgram.Feed(_kept.Repository.Paths.Root, known, "pack-objects", "-q", "objects/pack/pack");
        }

        Assert.Equal(4, _kept.IndexedPacks.Length);
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Recent);
        Assert.Equal((1, 3, null), ((await StateAsync()).Packs, (await StateAsync()).ReplacedPacks, (await StateAsync()).LastFault));
        _kept.Fsck();
        Assert.Equal(300, _kept.Clone());
    }

    [Fact]
    public async Task Keep_WhileARunIsUnderWay_TheNextOneHasTheGreatestScope()
    {
        _kept.AddPack(100);
        for (var i = 0; i < 4; i++) _kept.AddPack(5);
        var first = _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Expiry);
        var next = _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Expiry);
        Assert.Same(next, _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.OnePack));
        Assert.Same(next, _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Recent));
        Assert.Equal(5, (await first).Value!.Packs);
        Assert.Equal(1, (await next).Value!.Packs);
    }

    [Fact]
    public void FindMissing_ObjectThatOnlyTheReplacedPackHolds_IsFound()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(300);
        var packs = _kept.IndexedPacks.Select(p => PackFolder.IndexOf(_kept.Repository.Paths, p)).ToList();
        Assert.NotNull(PackContainment.FindMissing(packs[..1], null, packs[1..]));
        Assert.NotNull(PackContainment.FindMissing(packs[..1], packs[1], packs[2..]));
        Assert.Null(PackContainment.FindMissing(packs[..1], packs[0], []));
        Assert.Null(PackContainment.FindMissing(packs[..1], null, packs));
        Assert.Throws<FileNotFoundException>(() => PackContainment.FindMissing([packs[0] + "x"], null, packs));
        var known = _kept.Repository.Git("rev-list", "--objects", "--no-object-names", "main") + "\n";
        GitProgram.Feed(_kept.Repository.Paths.Root, known, "pack-objects", "-q", "objects/pack/pack");
        var whole = _kept.IndexedPacks.Select(p => PackFolder.IndexOf(_kept.Repository.Paths, p)).Except(packs).Single();
        Assert.Null(PackContainment.FindMissing(packs, whole, []));
        Assert.NotNull(PackContainment.FindMissing([whole], null, packs[1..]));
    }

    [Fact]
    public async Task Run_KeptPackAndLooseObjects_KeepsTheOneAndPacksTheOthers()
    {
        _kept.AddPack(5);
        File.WriteAllText(Path.Combine(_kept.Repository.Paths.ObjectPacks, _kept.Packs.Single() + ".keep"), "");
        var kept = _kept.Packs.Single();
        _kept.AddPack(5);
        _kept.AddPack(5);
        var loose = GitProgram.Feed(_kept.Repository.Paths.Root, "loose", "hash-object", "-w", "--stdin");
        Assert.Equal(1, (await StateAsync()).LooseObjects);
        await RunAsync();
        _kept.Time.Advance(TimeSpan.FromDays(1));
        var state = await RunAsync();
        Assert.Equal((2, 0L), (state.Packs, state.LooseObjects));
        Assert.Contains(kept, _kept.Packs);
        _kept.Repository.Git("cat-file", "-e", loose);
        _kept.Fsck();
    }

    [Fact]
    public async Task Run_AfterACrash_SweepsWhatItLeft()
    {
        _kept.AddPack(5);
        _kept.AddPack(5);
        var (paths, old) = (_kept.Repository.Paths, DateTime.UtcNow - TimeSpan.FromHours(1));
        Directory.CreateDirectory(paths.Repacking);
        await File.WriteAllTextAsync(Path.Combine(paths.Repacking, "pack-1.pack"), "half");
        foreach (var file in (string[])["pack/tmp_pack_x", "pack/tmp_idx_x", "pack/multi-pack-index.lock", "pack/pack-00.idx", "info/commit-graph.lock"])
        {
            await File.WriteAllTextAsync(Path.Combine(paths.Objects, file), "half");
            File.SetLastWriteTimeUtc(Path.Combine(paths.Objects, file), old);
        }

        var young = Path.Combine(paths.ObjectPacks, "tmp_pack_young");
        await File.WriteAllTextAsync(young, "another program's");
        Assert.Equal(1, (await RunAsync()).Packs);
        Assert.Equal([young], _kept.Rests);
        Assert.False(File.Exists(Path.Combine(paths.ObjectPacks, "pack-00.idx")));
    }

    [Fact]
    public async Task Run_DamagedPack_ChangesNothingAndSaysSo()
    {
        _kept.AddPack(5);
        _kept.AddPack(5);
        var before = _kept.Packs;
        var path = Path.Combine(_kept.Repository.Paths.ObjectPacks, before[0] + ".pack");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(12, bytes.Length - 40).Fill(0x77);

        // git's packs are read-only.
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
        var outcome = await _kept.Housekeeper.RunAsync(_kept.Id, None);
        Assert.Equal(RefusalKind.Unavailable, outcome.Refusal?.Kind);
        Assert.Equal(before, _kept.Packs);
        var state = await StateAsync();
        Assert.NotNull(state.LastFault);
        Assert.DoesNotContain(_kept.Repository.Paths.Root, state.LastFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManyCallsAtOnce_ShareRunsAndAllAnswer()
    {
        for (var i = 0; i < 4; i++) _kept.AddPack(10);
        var states = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RunAsync()));
        Assert.All(states, static s => Assert.Equal(1, s.Packs));
        Assert.Equal(5, _kept.Packs.Length);
    }

    [Fact]
    public async Task Run_WhileAnotherSiloIsAtIt_IsBusyAndTheStateSaysRunning()
    {
        _kept.AddPack(5);
        using (FileLock.TryTake(_kept.Repository.Paths.MaintenanceLock, TimeSpan.Zero))
        {
            Assert.True((await StateAsync()).IsRunning);
            using var other = _kept.NewHousekeeper();
            Assert.Equal(RefusalKind.Unavailable, (await other.RunAsync(_kept.Id, None)).Refusal?.Kind);
        }

        Assert.False((await StateAsync()).IsRunning);
        await RunAsync();
    }

    [Fact]
    public async Task Run_NoSuchRepository_IsNotFound() =>
        Assert.Equal(RefusalKind.NotFound, (await _kept.Housekeeper.RunAsync(Granary.Repositories.RepositoryId.New(), None)).Refusal?.Kind);

    [Fact]
    public async Task Run_BesideAReaderThatBeganBefore_TheReaderMissesNothing()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        await RunAsync();
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        var ids = _kept.Repository.Git("rev-list", "--objects", "--no-object-names", "main").Split('\n');
        var reader = _kept.Repository.Command.Start(_kept.Repository.Paths, ["cat-file", "--batch-check"]);
        await using (reader)
        {
            // It has seen the packs as they are now, and opened one of them.
            Assert.Contains("commit", await AskAsync(reader, ids[0]), StringComparison.Ordinal);
            await RunAsync();
            _kept.Time.Advance(TimeSpan.FromDays(1));
            await RunAsync();
            Assert.Single(_kept.Packs);
            foreach (var id in ids) Assert.DoesNotContain("missing", await AskAsync(reader, id), StringComparison.Ordinal);
        }
    }

    private long InodeOf(string pack) => (long)FileStamp.Of(Path.Combine(_kept.Repository.Paths.ObjectPacks, pack + ".pack")).Inode;

    internal static async Task<string> AskAsync(Granary.Grains.Git.Processes.GitProcess reader, string id)
    {
        await reader.Stdio.SendAsync(System.Text.Encoding.ASCII.GetBytes(id + "\n"));
        var buffer = new byte[200];
        var length = 0;
        do length += await reader.Stdio.ReceiveAsync(buffer.AsMemory(length));
        while (buffer[length - 1] != '\n');
        return System.Text.Encoding.ASCII.GetString(buffer, 0, length);
    }

    private async Task<MaintenanceState> RunAsync()
    {
        var outcome = await _kept.Housekeeper.RunAsync(_kept.Id, None);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    /// <summary>A run, and the end of what it replaced.</summary>
    private async Task SettleAsync()
    {
        await RunAsync();
        _kept.Time.Advance(TimeSpan.FromDays(1));
        await RunAsync();
    }

    /// <summary>What multi-pack-index and commit-graph hold.</summary>
    private string Indexes() => string.Join(' ', ((string[])
    [
        MultiPackIndex.Of(_kept.Repository.Paths), PackFolder.CommitGraph(_kept.Repository.Paths),
    ]).Select(static path => $"{new FileInfo(path).LastWriteTimeUtc:O} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}"));

    private async Task<MaintenanceState> StateAsync() => (await _kept.Housekeeper.GetStateAsync(_kept.Id, None)).Value!;
}
